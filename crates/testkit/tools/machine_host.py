#!/usr/bin/env python3
"""Headless machine: owns org.freedesktop.UPower, org.freedesktop.NetworkManager, KDE's PolicyAgent and
org.freedesktop.login1 on the session bus, all of them made up. usage: machine_host.py --serve FIFO
obeys lines of the FIFO and prints JSON lines: NUMBER battery on|off | metered on|off | screen on|off | refuse ERROR.
A line for each time it was asked to sleep or to switch off, which it never does."""
import json, os, sys, dbus, dbus.service, dbus.mainloop.glib
from gi.repository import GLib
dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
bus = dbus.SessionBus()
P = dbus.PROPERTIES_IFACE
KDE = "org.kde.Solid.PowerManagement.PolicyAgent"
M = "org.freedesktop.login1.Manager"


def tell(**what):
    print(json.dumps(what), flush=True)


def own(name):
    return dbus.service.BusName(name, bus)


class Properties(dbus.service.Object):
    """One property of one interface."""

    def __init__(self, interface, path, name, value):
        self.interface, self.name, self.value = interface, name, value
        super().__init__(own(interface), path)

    @dbus.service.method(P, in_signature="ss", out_signature="v")
    def Get(self, interface, name):
        assert (interface, name) == (self.interface, self.name)
        return self.value

    @dbus.service.signal(P, signature="sa{sv}as")
    def PropertiesChanged(self, interface, changed, gone): pass

    def set(self, value):
        self.value = value
        self.PropertiesChanged(self.interface, {self.name: value}, dbus.Array([], signature="s"))


class Screen(dbus.service.Object):
    def __init__(self):
        self.is_lit = False
        super().__init__(own(KDE), "/org/kde/Solid/PowerManagement/PolicyAgent")

    @dbus.service.method(KDE, in_signature="u", out_signature="b")
    def HasInhibition(self, kinds):
        return bool(self.is_lit and kinds & 4)

    @dbus.service.signal(KDE, signature="a(ss)as")
    def InhibitionsChanged(self, added, gone): pass

    def set(self, is_lit):
        self.is_lit = is_lit
        self.InhibitionsChanged(dbus.Array([], signature="(ss)"), dbus.Array([], signature="s"))


class Refused(dbus.DBusException):
    def __init__(self, name):
        super().__init__("somebody needs it", name=name)


class Logind(dbus.service.Object):
    def __init__(self):
        self.refusal = None
        super().__init__(own("org.freedesktop.login1"), "/org/freedesktop/login1")

    @dbus.service.method(M, in_signature="ssss", out_signature="h")
    def Inhibit(self, what, who, why, mode):
        ours, theirs = os.pipe()
        fd = dbus.types.UnixFd(theirs)
        os.close(theirs)
        # Kept open: nobody is told when the lock goes.
        return fd

    def asked(self, what, interactive):
        tell(asked=what, interactive=bool(interactive))
        if self.refusal: raise Refused(self.refusal)

    @dbus.service.method(M, in_signature="b")
    def Suspend(self, interactive): self.asked("Suspend", interactive)
    @dbus.service.method(M, in_signature="b")
    def PowerOff(self, interactive): self.asked("PowerOff", interactive)


battery = Properties("org.freedesktop.UPower", "/org/freedesktop/UPower", "OnBattery", False)
network = Properties("org.freedesktop.NetworkManager", "/org/freedesktop/NetworkManager", "Metered", dbus.UInt32(2))
screen, logind = Screen(), Logind()


def obey(line):
    number, verb, what = line.split(" ")
    if verb == "battery": battery.set(what == "on")
    elif verb == "metered": network.set(dbus.UInt32(1 if what == "on" else 2))
    elif verb == "screen": screen.set(what == "on")
    elif verb == "refuse": logind.refusal = what
    tell(answers=int(number))


def listen(fifo):
    # Open for writing, too: it must not end when a writer goes.
    fd = os.open(fifo, os.O_RDWR | os.O_NONBLOCK)
    rest = bytearray()
    def read(*_):
        rest.extend(os.read(fd, 65536))
        while b"\n" in rest:
            line, _, after = bytes(rest).partition(b"\n")
            rest[:] = after
            obey(line.decode())
        return True
    GLib.io_add_watch(fd, GLib.IO_IN, read)


listen(sys.argv[2])
tell(ready=True)
GLib.MainLoop().run()
