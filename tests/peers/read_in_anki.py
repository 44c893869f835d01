"""Import a package as Anki does, and print what the collection then holds. Run by Anki's own Python."""

import json
import sys
import tempfile
from pathlib import Path

from anki.collection import (  # type: ignore[import-not-found]
    Collection,
    ImportAnkiPackageOptions,
    ImportAnkiPackageRequest,
)

with tempfile.TemporaryDirectory() as folder:
    collection = Collection(str(Path(folder) / "collection.anki2"))
    for package in sys.argv[1:]:
        request = ImportAnkiPackageRequest(package_path=package, options=ImportAnkiPackageOptions())
        log = collection.import_anki_package(request).log
    notes = [collection.get_note(note_id) for note_id in collection.find_notes("")]
    told = {
        "new": len(log.new),
        "found": log.found_notes,
        "cards": collection.card_count(),
        "guids": [note.guid for note in notes],
        "tags": {note.guid: sorted(note.tags) for note in notes},
        "fields": {note.guid: dict(note.items()) for note in notes},
        "decks": [deck.name for deck in collection.decks.all_names_and_ids()],
        "media": sorted(path.name for path in Path(collection.media.dir()).iterdir()),
        "media_sizes": {path.name: path.stat().st_size for path in Path(collection.media.dir()).iterdir()},
        "empty": [note.guid for note in notes for card in note.cards() if not card.answer().strip()],
    }
    collection.close()
print(json.dumps(told))
