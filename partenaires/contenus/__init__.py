"""What agents change of the public pages, by revisions."""
