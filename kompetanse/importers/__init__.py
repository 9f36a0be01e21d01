"""Answers in and out of a home.

table         a CSV file as rows with line numbers, whatever its encoding, separator and line ends
mistakes      the first bad rows, and the count of the rest
places        which group a row belongs to
step_finder   which step takes an answer
answer_rows   one row as an answer, and an answer as a row
member_rows   one row as a group with its size, and the other way round
private_file  a file that only its owner may read, written all or not at all
plain_csv     `import_answers` and `export_answers`
raw_export    `export_raw`, with a named approval
"""
