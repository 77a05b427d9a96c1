#!/usr/bin/env python3
"""Bluetooth gateway for Hale: stores what health devices send, and forwards it to a home as soon as that can be reached.

It decodes nothing: raw GATT values go to POST /v1/frames with the time of their reception, and the home reads them. Needs Python 3.9 and
nothing else to forward (--replay FILE takes recorded frames); for the radio it needs BlueZ and the package `bleak`
(Debian, Raspberry Pi OS: apt install python3-bleak).

What lies on this machine's disk: frames that the home has not acknowledged yet, in clear text, readable for this user only, at most
--queue-mb of them; and the credential (0600), which can send and read nothing. Both go when they have been sent, or with the folder.

    hale device add Gateway --pair                                       on the home: shows address and code
    hale-gateway.py --home http://192.168.1.20:7480 --pair 1234-5678     once: gets the credential and keeps it
    hale-gateway.py --scan                                               which devices are near
    hale-gateway.py --home http://192.168.1.20:7480 --device C4:BE:84:00:11:22
"""
import argparse
import asyncio
import datetime
import fcntl
import json
import os
import random
import re
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

SEGMENT_FRAMES = 500
"""Frames in one file of the queue, which is one delivery."""
SEGMENT_SECONDS = 2.0
"""Seconds after which a file is closed and sent, however few frames it holds."""
REFUSED_BYTES_MAX = 1024 * 1024
"""Bytes kept of deliveries that the home will never take."""
RETRY_SECONDS_MIN = 1.0
RETRY_SECONDS_MAX = 300.0
POST_TIMEOUT_SECONDS = 60
MEASUREMENTS = ["2a37", "2a18", "2a34", "2aa7", "2a1c", "2a35", "2a5e", "2a5f", "2a9d", "2a9c", "2a19"]
SERVICES = {
    "180d": "heart rate", "1808": "glucose", "181f": "continuous glucose", "1809": "temperature", "1810": "blood pressure",
    "1822": "oximeter", "181d": "weight", "181b": "body composition",
}
CLOCKS = ["2a2b", "2a08"]
SESSION_START = "2aaa"
BATTERY = "2a19"
RECORD_CONTROL = "2a52"


def say(text):
    """To the log of the service. Never a value, an address of a home or a credential."""
    print(text, file=sys.stderr, flush=True)


def sync_folder(path):
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Queue:
    """Frames on the disk, in files of JSON lines. One file is one delivery: sent whole, removed when acknowledged, and sent again whole
    after a power cut; the home recognises repetitions. The file that grows ends in `.open`; a torn last line is cut off at the start."""

    def __init__(self, folder, bytes_max):
        self.folder = folder
        self.bytes_max = bytes_max
        self.lock = threading.Lock()
        self.file = None
        self.frames = 0
        self.opened_at = 0.0
        os.makedirs(folder, mode=0o700, exist_ok=True)
        os.chmod(folder, 0o700)
        # Held until this process ends, however it does.
        self.held = os.open(os.path.join(folder, "lock"), os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self.held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            sys.exit("Another gateway uses this queue; name another folder with --queue.")
        for name in sorted(os.listdir(folder)):
            if name.endswith(".open"):
                self._close_left_over(name)
        self.next = 1 + max([int(name.split(".")[0]) for name in self.waiting()], default=0)

    def _close_left_over(self, name):
        path = os.path.join(self.folder, name)
        with open(path, "rb+") as file:
            whole = file.read().rfind(b"\n") + 1
            file.truncate(whole)
            os.fsync(file.fileno())
        if whole == 0:
            os.remove(path)
        else:
            os.rename(path, path[: -len(".open")] + ".jsonl")
        sync_folder(self.folder)

    def waiting(self):
        return sorted(name for name in os.listdir(self.folder) if re.fullmatch(r"\d{10}\.jsonl", name))

    def put(self, frame):
        """On the disk when this returns."""
        line = (json.dumps(frame, separators=(",", ":")) + "\n").encode()
        with self.lock:
            if self.file is None:
                path = os.path.join(self.folder, "%010d.open" % self.next)
                self.file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
                sync_folder(self.folder)
                self.frames = 0
                self.opened_at = time.monotonic()
            self.file.write(line)
            self.file.flush()
            os.fsync(self.file.fileno())
            self.frames += 1
            if self.frames >= SEGMENT_FRAMES:
                self._close()

    def close_due(self, at_once=False):
        with self.lock:
            if self.file is not None and (at_once or time.monotonic() - self.opened_at >= SEGMENT_SECONDS):
                self._close()

    def _close(self):
        self.file.close()
        self.file = None
        path = os.path.join(self.folder, "%010d.open" % self.next)
        os.rename(path, path[: -len(".open")] + ".jsonl")
        sync_folder(self.folder)
        self.next += 1
        self._drop_oldest()

    def _drop_oldest(self):
        names = self.waiting()
        sizes = {name: os.path.getsize(os.path.join(self.folder, name)) for name in names}
        total = sum(sizes.values())
        for name in names[:-1]:
            if total <= self.bytes_max:
                break
            total -= sizes[name]
            os.remove(os.path.join(self.folder, name))
            say("The queue is full: the oldest frames were dropped. Is the home reachable?")

    def read(self, name):
        with open(os.path.join(self.folder, name), "rb") as file:
            return file.read()

    def remove(self, name):
        os.remove(os.path.join(self.folder, name))
        sync_folder(self.folder)

    def set_aside(self, name):
        """What the home will never take is kept, within bounds, for a person to look at."""
        path = os.path.join(self.folder, "refused")
        if (os.path.getsize(path) if os.path.exists(path) else 0) < REFUSED_BYTES_MAX:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as file:
                file.write(self.read(name))
                os.fsync(file.fileno())
        self.remove(name)


class Sender:
    """Sends the oldest delivery until it is acknowledged, then the next."""

    def __init__(self, queue, url, credential):
        self.queue = queue
        self.url = url.rstrip("/") + "/v1/frames"
        self.credential = credential
        self.pause = RETRY_SECONDS_MIN
        self.said = None
        self.wait_seconds = RETRY_SECONDS_MIN

    def send_waiting(self):
        """True when nothing waits any more; False when it has to be tried again after `self.pause` seconds."""
        for name in self.queue.waiting():
            if not self._send(name):
                return False
        return True

    def _send(self, name):
        try:
            body = self.queue.read(name)
        except FileNotFoundError:
            return True
        request = urllib.request.Request(self.url, data=body, method="POST")
        request.add_header("authorization", "Bearer " + self.credential)
        request.add_header("content-type", "application/x-ndjson")
        try:
            with urllib.request.urlopen(request, timeout=POST_TIMEOUT_SECONDS) as response:
                answer = json.loads(response.read(1024 * 1024) or b"{}")
        except urllib.error.HTTPError as error:
            error.read(65536)
            return self._refused(name, error.code)
        except (OSError, ValueError):
            return self._later("The home cannot be reached; frames are kept and sent later.")
        if answer.get("refusedCount"):
            say("The home could not use %d of the frames." % answer["refusedCount"])
        self.queue.remove(name)
        self.pause = RETRY_SECONDS_MIN
        self.said = None
        return True

    def _refused(self, name, status):
        if status in (400, 413, 415):
            say("The home will never take a delivery (%d); it was put aside." % status)
            self.queue.set_aside(name)
            return True
        reasons = {
            401: "The home does not know this gateway.",
            403: "The home does not know this gateway: was it removed?",
            410: "This home writes no more; point the gateway to the new one.",
            423: "The home is locked.",
            507: "The home's disk is full.",
        }
        return self._later(reasons.get(status, "The home answered %d." % status) + " Frames are kept and sent later.")

    def _later(self, text):
        if text != self.said:
            say(text)
        self.said = text
        self.wait_seconds = self.pause * (0.5 + random.random() / 2)
        self.pause = min(self.pause * 2, RETRY_SECONDS_MAX)
        return False


def pair(url, code, path):
    """Gets a credential for a code, and keeps it where only this user can read it. Ends the program with a reason where that fails."""
    if os.path.exists(path):
        sys.exit("There is a credential in %s already; remove the file to pair anew." % path)
    folder = os.path.dirname(os.path.abspath(path))
    os.makedirs(folder, mode=0o700, exist_ok=True)
    fresh = path + ".new"
    if os.path.exists(fresh):
        os.remove(fresh)
    # Before the code is used up: where nothing can be written, it stays good.
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        try:
            file.write(ask_for_credential(url, code) + "\n")
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            os.remove(fresh)
            raise
    os.rename(fresh, path)
    sync_folder(folder)
    say("Paired; the credential is in %s." % path)


def ask_for_credential(url, code):
    body = json.dumps({"code": code, "name": "Gateway"}).encode()
    request = urllib.request.Request(url.rstrip("/") + "/v1/pair", data=body, method="POST")
    request.add_header("content-type", "application/json")
    reasons = {
        400: "A pairing code has eight digits.",
        403: "This code is wrong, was used, or has expired: hale device add NAME --pair shows another.",
        409: "The home has a device of this name already.",
        410: "This home writes no more; pair with the new one.",
        423: "The home is locked: unlock it, then pair again with the same code.",
        507: "The home's disk is full.",
    }
    try:
        with urllib.request.urlopen(request, timeout=POST_TIMEOUT_SECONDS) as response:
            answer = json.loads(response.read(65536))
    except urllib.error.HTTPError as error:
        error.read(65536)
        sys.exit(reasons.get(error.code, "The home answered %d." % error.code))
    except (OSError, ValueError):
        sys.exit("The home cannot be reached under this address, or is none.")
    if not answer.get("http"):
        sys.exit("This code was made for an app that speaks Nightscout, not for a gateway; remove that device at home.")
    return answer["credential"]


class Clock:
    """Time of reception, and whether this machine's own clock is set by the network."""

    def __init__(self):
        self.checked_at = None
        self.synchronised = True

    def stamp(self):
        now = time.monotonic()
        if self.checked_at is None or now - self.checked_at > 60:
            self.checked_at = now
            self.synchronised = self._ask()
        offset = datetime.datetime.now().astimezone().utcoffset()
        return {
            "at": time.time_ns() // 1000,
            "zoneMinutes": round(offset.total_seconds() / 60),
            "synchronised": self.synchronised,
        }

    @staticmethod
    def _ask():
        try:
            command = ["timedatectl", "show", "-p", "NTPSynchronized", "--value"]
            return subprocess.run(command, capture_output=True, timeout=5, check=True).stdout.strip() != b"no"
        except (OSError, subprocess.SubprocessError):
            return True


def short_name(uuid):
    match = re.fullmatch(r"0000([0-9a-f]{4})-0000-1000-8000-00805f9b34fb", uuid.lower())
    return match.group(1) if match else None


class Radio:
    """Connects to the devices that were named whenever they show themselves, and takes down what they send."""

    def __init__(self, bleak, queue, wanted):
        self.bleak = bleak
        self.queue = queue
        self.wanted = {address.upper() for address in wanted}
        self.clock = Clock()
        self.connected = set()

    async def run(self):
        # Made here: before Python 3.10 they belong to the loop that runs when they are made.
        self.connecting = asyncio.Lock()
        seen = asyncio.Queue(maxsize=64)
        tasks = set()

        def found(device, _advertisement):
            if device.address.upper() in self.wanted and device.address not in self.connected and not seen.full():
                self.connected.add(device.address)
                seen.put_nowait(device)

        scanner = self.bleak.BleakScanner(detection_callback=found)
        await scanner.start()
        say("Looking for %d devices." % len(self.wanted))
        while True:
            task = asyncio.create_task(self._serve(await seen.get()))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

    async def _serve(self, device):
        gone = asyncio.Event()
        try:
            client = self.bleak.BleakClient(device, disconnected_callback=lambda _: gone.set())
            async with self.connecting:
                await client.connect()
                await self._greet(client, device.address)
            await gone.wait()
        except Exception as error:  # a radio fails in many ways; the next advertisement is the next try
            say("A device could not be read (%s)." % type(error).__name__)
        finally:
            self.connected.discard(device.address)

    async def _greet(self, client, address):
        """The clock first (a coincident time), then what later values need to be understood, then the values."""
        characteristics = {}
        for service in client.services:
            for characteristic in service.characteristics:
                characteristics.setdefault(short_name(characteristic.uuid), characteristic)
        for name in CLOCKS + [SESSION_START, BATTERY]:
            if name in characteristics and "read" in characteristics[name].properties:
                self._take(address, name, await client.read_gatt_char(characteristics[name]))
        for name in MEASUREMENTS:
            characteristic = characteristics.get(name)
            if characteristic is not None and {"notify", "indicate"} & set(characteristic.properties):
                await client.start_notify(characteristic, lambda _, value, name=name: self._take(address, name, value))
        if RECORD_CONTROL in characteristics:
            control = characteristics[RECORD_CONTROL]
            await client.start_notify(control, lambda _, value: None)
            # Report stored records, all of them: what was here before is recognised at home.
            await client.write_gatt_char(control, bytes([1, 1]), response=True)

    def _take(self, address, characteristic, value):
        stamp = self.clock.stamp()
        self.queue.put({**stamp, "device": address, "characteristic": characteristic, "value": bytes(value).hex()})


async def scan(bleak, seconds=10):
    for device, advertisement in (await bleak.BleakScanner.discover(timeout=seconds, return_adv=True)).values():
        kinds = [SERVICES[name] for name in map(short_name, advertisement.service_uuids) if name in SERVICES]
        if kinds:
            print("%s  %s  (%s)" % (device.address, device.name or "without a name", ", ".join(kinds)))


def replay(path, queue):
    """Recorded frames, one JSON object a line; those without a time are received now."""
    clock = Clock()
    with open(path, encoding="utf-8") as file:
        for line in file:
            if line.strip():
                frame = json.loads(line)
                queue.put(frame if "at" in frame else {**clock.stamp(), **frame})


def forward(queue, sender, stop, until_empty):
    while not stop.is_set():
        queue.close_due(at_once=until_empty)
        if not sender.send_waiting():
            stop.wait(sender.wait_seconds)
        elif until_empty:
            return
        else:
            stop.wait(SEGMENT_SECONDS / 2)


def load_bleak():
    try:
        import bleak

        return bleak
    except ImportError:
        sys.exit("The radio needs the Python package bleak: apt install python3-bleak (or pip install bleak).")


def options():
    parser = argparse.ArgumentParser(description="Forwards what Bluetooth health devices send to a Hale home.")
    parser.add_argument("--home", metavar="URL", help="address of the home, like http://192.168.1.20:7480")
    parser.add_argument("--credential-file", metavar="FILE", help="holds what `hale device add` showed (default: credential in the queue's folder; or set HALE_CREDENTIAL)")
    parser.add_argument("--pair", metavar="CODE", help="get the credential by the code that `hale device add NAME --pair` shows, and keep it")
    parser.add_argument("--device", metavar="ADDRESS", action="append", default=[], help="a device to listen to; may be repeated")
    parser.add_argument("--queue", metavar="DIR", default=os.path.expanduser("~/.hale-gateway"), help="where frames wait")
    parser.add_argument("--queue-mb", type=int, default=256, help="how much may wait (default: 256)")
    parser.add_argument("--scan", action="store_true", help="show health devices that are near, and end")
    parser.add_argument("--replay", metavar="FILE", help="take recorded frames instead of the radio, and end when all is sent")
    return parser.parse_args()


def credential_of(given):
    told = os.environ.get("HALE_CREDENTIAL")
    if told and not given.credential_file:
        return told
    path = credential_path(given)
    if not os.path.exists(path):
        sys.exit("No credential: --pair CODE, --credential-file FILE, or HALE_CREDENTIAL.")
    with open(path, encoding="utf-8") as file:
        return file.read().strip()


def credential_path(given):
    return given.credential_file or os.path.join(given.queue, "credential")


def main():
    given = options()
    if given.scan:
        return asyncio.run(scan(load_bleak()))
    if not given.home:
        sys.exit("Which home? --home http://ADDRESS:7480")
    if given.pair:
        pair(given.home, given.pair, credential_path(given))
        if not given.device and not given.replay:
            return None
    queue = Queue(given.queue, given.queue_mb * 1024 * 1024)
    sender = Sender(queue, given.home, credential_of(given))
    stop = threading.Event()
    if given.replay:
        replay(given.replay, queue)
        return forward(queue, sender, stop, until_empty=True)
    if not given.device:
        sys.exit("Which devices? --scan shows those near, --device ADDRESS takes one. (A neighbour's scale is not yours.)")
    radio = Radio(load_bleak(), queue, given.device)
    thread = threading.Thread(target=forward, args=(queue, sender, stop, False))
    thread.start()
    try:
        asyncio.run(radio.run())
    except KeyboardInterrupt:
        say("Ended; what was not sent waits on the disk.")
    finally:
        stop.set()
        thread.join()


if __name__ == "__main__":
    main()
