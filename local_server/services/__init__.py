"""The services. None imports another: each says in its ``ports`` what it needs of the rest."""
