"""The deck in the forms of other programs, and back again.

`collection` is what goes in and out; `document` is JSON, `table` a spreadsheet's CSV, `page` Markdown, `anki` an
Anki package. What comes from elsewhere, in columns, becomes drafts: `columns`.
"""
