"""Every host is the local server, for the Python clients that make samples; nothing else of them is changed."""
import socket

_real = socket.getaddrinfo


def _local(host, *arguments, **named):
    if isinstance(host, bytes):
        host = host.decode()
    return _real("127.0.0.1" if host and not host.endswith(".invalid") else host, *arguments, **named)


socket.getaddrinfo = _local
