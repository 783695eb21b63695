"""A small file system of its own (FUSE) that shows another folder, as a share does: what others change
there is seen and never told. Single-threaded and without caches, so that a stop of this process is a
share that hangs and its end one that died. Takes root and /dev/fuse.

    share_fs.py FOLDER MOUNTPOINT

Prints "mounted" once it is.
"""
import os
import struct
import subprocess
import sys

BACKING, AT = sys.argv[1], sys.argv[2]
IN = struct.Struct("<IIQQIIII")
ATTR = struct.Struct("<QQQQQQIIIIIIIIII")
ENOENT, EEXIST, ENOSYS = 2, 17, 38
RENAME_NOREPLACE = 1

ids = {"": 1}
paths = {0: "", 1: ""}
handles = {}


def real(path):
    return os.path.join(BACKING, path) if path else BACKING


def node(path):
    if path not in ids:
        ids[path] = len(ids) + 2
    paths[ids[path]] = path
    return ids[path]


def attr(path):
    s = os.lstat(real(path))
    times = [s.st_atime_ns, s.st_mtime_ns, s.st_ctime_ns]
    return ATTR.pack(
        s.st_ino, s.st_size, s.st_blocks, *(t // 10**9 for t in times), *(t % 10**9 for t in times),
        s.st_mode, s.st_nlink, s.st_uid, s.st_gid, 0, 4096, 0,
    )


def entry(path):
    return struct.pack("<QQQQII", node(path), 0, 0, 0, 0, 0) + attr(path)


def opened(thing):
    handle = max(handles, default=0) + 1
    handles[handle] = thing
    return struct.pack("<QII", handle, 0, 0)


def text(raw):
    return os.fsdecode(raw.split(b"\0")[0])


def init(_, body):
    _, _, ahead, _ = struct.unpack_from("<IIII", body)
    return struct.pack("<IIIIHHIIHHI28x", 7, 31, ahead, 0, 16, 12, 65536, 1, 0, 0, 0)


def child(path, raw):
    return os.path.join(path, text(raw))


def lookup(path, body):
    return entry(child(path, body))


def getattr_(path, _):
    return struct.pack("<QII", 0, 0, 0) + attr(path)


def setattr_(path, body):
    valid, _, _, size = struct.unpack_from("<IIQQ", body)
    if valid & 8:
        os.truncate(real(path), size)
    return getattr_(path, b"")


def open_(path, body):
    flags = struct.unpack_from("<I", body)[0] & (os.O_ACCMODE | os.O_APPEND | os.O_TRUNC)
    return opened(os.open(real(path), flags | os.O_NOFOLLOW))


def create(path, body):
    flags, mode = struct.unpack_from("<II", body)
    new = child(path, body[16:])
    descriptor = os.open(real(new), (flags & os.O_ACCMODE) | os.O_CREAT | os.O_EXCL, mode & 0o777)
    return entry(new) + opened(descriptor)


def read(_, body):
    handle, offset, size = struct.unpack_from("<QQI", body)
    return os.pread(handles[handle], size, offset)


def write(_, body):
    handle, offset, size = struct.unpack_from("<QQI", body)
    return struct.pack("<II", os.pwrite(handles[handle], body[40 : 40 + size], offset), 0)


def release(_, body):
    thing = handles.pop(struct.unpack_from("<Q", body)[0])
    if isinstance(thing, int):
        os.close(thing)
    return b""


def opendir(path, _):
    return opened(sorted(os.listdir(real(path))))


def readdir(_, body):
    handle, offset, size = struct.unpack_from("<QQI", body)
    out = b""
    for at, name in enumerate(handles[handle][offset:], start=offset + 1):
        raw = os.fsencode(name)
        one = struct.pack("<QQII", at, at, len(raw), 0) + raw
        one += b"\0" * (-len(one) % 8)
        if len(out) + len(one) > size:
            break
        out += one
    return out


def rename(path, body, fixed=8, flags=0):
    target = struct.unpack_from("<Q", body)[0]
    old, new = body[fixed:].split(b"\0")[:2]
    old, new = child(path, old), child(paths[target], new)
    if flags & RENAME_NOREPLACE and os.path.lexists(real(new)):
        raise FileExistsError(EEXIST, "there is one")
    os.rename(real(old), real(new))
    number = ids.pop(old, None)
    if number is not None:
        ids[new], paths[number] = number, new
    return b""


def rename2(path, body):
    return rename(path, body, 16, struct.unpack_from("<QI", body)[1])


def unlink(path, body):
    os.unlink(real(child(path, body)))
    return b""


def statfs(*_):
    s = os.statvfs(BACKING)
    return struct.pack(
        "<QQQQQIIII24x", s.f_blocks, s.f_bfree, s.f_bavail, s.f_files, s.f_ffree, s.f_bsize, 255, s.f_frsize, 0
    )


def nothing(*_):
    return b""


DEEDS = {
    1: lookup, 3: getattr_, 4: setattr_, 10: unlink, 12: rename, 14: open_, 15: read, 16: write, 17: statfs,
    18: release, 20: nothing, 25: nothing, 26: init, 27: opendir, 28: readdir, 29: release, 30: nothing,
    34: nothing, 35: create, 45: rename2,
}
UNANSWERED = {2, 36, 42}


def main():
    fuse = os.open("/dev/fuse", os.O_RDWR)
    options = "fd=0,rootmode=40000,user_id=0,group_id=0,allow_other"
    subprocess.run(["mount", "-i", "-t", "fuse.share", "-o", options, "share", AT], stdin=fuse, check=True)
    print("mounted", flush=True)
    while True:
        try:
            request = os.read(fuse, 1 << 17)
        except FileNotFoundError:
            continue
        except OSError:
            return
        _, code, unique, number, *_ = IN.unpack_from(request)
        if code in UNANSWERED:
            continue
        error, answer = 0, b""
        try:
            answer = DEEDS[code](paths[number], request[IN.size :])
        except OSError as e:
            error = e.errno
        except KeyError:
            error = ENOSYS
        try:
            os.write(fuse, struct.pack("<IiQ", 16 + len(answer), -error, unique) + answer)
        except FileNotFoundError:
            pass


main()
