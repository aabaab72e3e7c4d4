"""What everybody reads: territory, contract, call, projects granted, obligations."""
