#!/usr/bin/env python3
"""Headless logind: owns org.freedesktop.login1 on the session bus and prints a JSON line for each lock that is taken
and let go. SIGUSR1: the machine goes down (PrepareForShutdown true). SIGUSR2: it does not after all (false)."""
import json, os, signal, dbus, dbus.service, dbus.mainloop.glib
from gi.repository import GLib
dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
bus = dbus.SessionBus()
M = "org.freedesktop.login1.Manager"


def say(**line):
    print(json.dumps(line), flush=True)


class Manager(dbus.service.Object):
    def __init__(self):
        super().__init__(dbus.service.BusName("org.freedesktop.login1", bus), "/org/freedesktop/login1")
        self.n = 0

    @dbus.service.method(M, in_signature="ssss", out_signature="h")
    def Inhibit(self, what, who, why, mode):
        self.n += 1
        n, (ours, theirs) = self.n, os.pipe()
        say(took=n, what=str(what), who=str(who), why=str(why), mode=str(mode))
        # The other end is closed in every process that had it: the lock is gone.
        GLib.io_add_watch(ours, GLib.IO_HUP, lambda *_: (say(let_go=n), os.close(ours)) and False)
        fd = dbus.types.UnixFd(theirs)
        os.close(theirs)
        return fd

    @dbus.service.signal(M, signature="b")
    def PrepareForShutdown(self, start):
        say(shutdown=bool(start))


manager = Manager()
GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, signal.SIGUSR1, lambda: manager.PrepareForShutdown(True) or True)
GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, signal.SIGUSR2, lambda: manager.PrepareForShutdown(False) or True)
say(ready=True)
GLib.MainLoop().run()
