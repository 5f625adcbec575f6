"""What travels between the parts of Madoguchi, and how each part verifies it by itself.

The one package that every service shares. It holds the signed statements (session, order,
attestation, report, trust list), the sealing of documents, the REST shapes, the events, the
tree of errors, and the small kit of a service process (`madoguchi_wire.kit`).
"""
