"""Calling a service that runs in another process as if it ran here.

What a class offers to other processes are its public methods; their annotations say how arguments
and results travel, as JSON. Nothing else crosses: no pickled objects, and of errors only
:class:`~local_server.errors.Refusal`.
"""
