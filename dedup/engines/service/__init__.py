"""An index as a service over HTTP: many producers, one writer. `app` is the ASGI application, `client` its client."""
