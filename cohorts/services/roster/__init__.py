"""Lists of people from a spreadsheet: read as they are, shown with what is wrong, then taken in row by row."""
