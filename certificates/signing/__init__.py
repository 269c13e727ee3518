"""The room of signatures: PAdES over the stored PDF with keys kept outside repository and database.

Empty until keys exist: an unsigned certificate says so on its verification page. Only ``certificates.services`` may
import from here; the import contract holds that.
"""
