"""Send one command to Training Ledger over NATS, with nats-py and nothing of this project.

Run it in this folder's checkout while `deploy/up` runs:  pip install nats-py && python3 docs/how-to/send_command.py
"""

import asyncio
import json
import sys
import uuid

import nats

ME = "lead-provider_teach-first"
SUBJECT = f"ledger.v1.cmd.{ME}.school-partnership.confirm-recruitment"
COMMAND = {"school_urn": "136192", "cohort": "2025", "delivery_partner_id": "balcarras"}


async def main() -> int:
    with open(".local/connection.json", encoding="utf-8") as file:
        connection = json.load(file)
    client = await nats.connect(connection["variables"]["NATS_URL"], user=ME, password=connection["nats_users"][ME])
    # The same id is the same command for ever: after a timeout, ask again with this very id.
    headers = {"Nats-Msg-Id": str(uuid.uuid4())}
    answer = await client.request(SUBJECT, json.dumps(COMMAND).encode(), headers=headers, timeout=5)
    reply = json.loads(answer.data)
    print(json.dumps(reply, indent=2))
    await client.close()
    return 0 if reply["outcome"] in ("accepted", "nothing_to_do") else 3


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
