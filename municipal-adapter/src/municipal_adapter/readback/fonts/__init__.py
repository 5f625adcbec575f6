"""Which characters are really drawn: glyphs of a document's fonts against the approved fonts."""
