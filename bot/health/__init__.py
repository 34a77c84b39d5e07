"""How each service's authentication does, seen from outside: asked every minute, without credentials."""
