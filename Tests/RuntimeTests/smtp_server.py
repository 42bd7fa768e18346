"""A relay for tests: smtp_server.py LOG CERTIFICATE KEY [--smtps] [--plain] [--tls12] [--user NAME PASSWORD].

Prints its port, and writes a line of JSON to LOG for each command that names an address and for each mail. Recipients
"no@…" are refused for good, "later@…" for now, "text@…" after the text; senders "stranger@…" are refused.
"""

import argparse
import asyncio
import base64
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult


class Handler:
    def __init__(self, log):
        self.log = log

    def note(self, **line):
        self.log.write(json.dumps(line) + "\n")
        self.log.flush()

    async def handle_MAIL(self, server, session, envelope, address, options):
        self.note(command="MAIL", address=address, host=session.host_name)
        if address.startswith("stranger@"):
            return "550 5.7.1 not from you"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        self.note(command="RCPT", address=address)
        if address.startswith("no@"):
            return "550 5.1.1 no such mailbox"
        if address.startswith("later@"):
            return "450 4.2.1 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        content = base64.b64encode(envelope.content).decode()
        self.note(command="DATA", tls=session.ssl.get("cipher")[1] if session.ssl else "", content=content)
        return "554 5.6.0 not this text" if envelope.rcpt_tos[0].startswith("text@") else "250 OK"

    async def handle_QUIT(self, server, session, envelope):
        self.note(command="QUIT")
        return "221 Bye"


def tls(arguments):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(arguments.certificate, arguments.key)
    if arguments.tls12:
        context.maximum_version = ssl.TLSVersion.TLSv1_2
    return context


async def main(arguments):
    context = tls(arguments)
    options = {}
    if not arguments.plain and not arguments.smtps:
        options.update(tls_context=context, require_starttls=True)
    if arguments.user:
        login, password = (text.encode() for text in arguments.user)

        def check(server, session, envelope, mechanism, data):
            return AuthResult(success=data.login == login and data.password == password)

        options.update(authenticator=check, auth_required=True, auth_require_tls=not arguments.smtps)
    handler = Handler(open(arguments.log, "a"))
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(handler, hostname="localhost", **options), "127.0.0.1", 0, ssl=context if arguments.smtps else None
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    # ends with whoever started it
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


parser = argparse.ArgumentParser()
parser.add_argument("log")
parser.add_argument("certificate")
parser.add_argument("key")
parser.add_argument("--smtps", action="store_true")
parser.add_argument("--plain", action="store_true")
parser.add_argument("--tls12", action="store_true")
parser.add_argument("--user", nargs=2)
asyncio.run(main(parser.parse_args()))
