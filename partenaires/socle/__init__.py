"""What every app borrows: who enters, rights of people, mail, files, antivirus, encryption."""
