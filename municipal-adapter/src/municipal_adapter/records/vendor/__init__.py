"""Records and finished documents of a vendor's existing issuing server (証明発行サーバ)."""
