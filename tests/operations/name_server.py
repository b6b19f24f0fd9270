"""A DNS server on this machine, over UDP, that answers what a test published."""

import socketserver
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset


@contextmanager
def name_server(records: Mapping[tuple[str, str], list[str]]) -> Iterator[str]:
    """Answer with `records`, by (name, kind), for as long as the block runs; yield its address.

    The mapping may change meanwhile. A name that is `silent.…` is never answered.
    """

    class Answer(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            data, socket = self.request
            query = dns.message.from_wire(data)
            [question] = query.question
            name = question.name.to_text().rstrip(".").lower()
            if name.startswith("silent.") or ".silent." in name:
                return
            kind = dns.rdatatype.to_text(question.rdtype)
            response = dns.message.make_response(query)
            response.flags |= dns.flags.RA
            if found := records.get((name, kind)):
                texts = [f'"{text}"' for text in found] if kind == "TXT" else found
                response.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *texts))
            elif name not in {published for published, _kind in records}:
                response.set_rcode(dns.rcode.NXDOMAIN)
            socket.sendto(response.to_wire(), self.client_address)

    with socketserver.ThreadingUDPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()
