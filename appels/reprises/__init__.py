"""The past years, taken over from the files of the service: read, looked at, applied, undone."""
