"""A book open in LibreOffice or WPS: a copy is read, and the answer goes back as a file."""
