// Nothing to call: see certificates.c.
