PUBLIQUES = set()
