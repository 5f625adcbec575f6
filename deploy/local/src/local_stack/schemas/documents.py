"""All documents of the audit stream, and the schemas of files that people write."""

import json

from local_stack.documents import Documents
from local_stack.folders import ROOT
from local_stack.schemas import asyncapi, table
from local_stack.schemas.files import file_schemas
from local_stack.schemas.messages import STAMP_RECORD, schemas

FOLDER = ROOT / "docs"


def documents() -> Documents:
    """Return them as the models tell."""
    texts = {
        (f"schemas/{name}" if name == STAMP_RECORD else f"schemas/events/{name}"): json.dumps(
            schema, indent=1, ensure_ascii=False
        )
        + "\n"
        for name, schema in schemas().items()
    }
    texts |= {
        f"schemas/{name}": json.dumps(schema, indent=1, ensure_ascii=False) + "\n"
        for name, schema in file_schemas().items()
    }
    texts |= {"asyncapi.yaml": asyncapi.text(), "audit/events.md": table.text()}
    return Documents(FOLDER, texts, "make schemas")
