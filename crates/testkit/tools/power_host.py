#!/usr/bin/env python3
"""Headless desktop that may sleep: prints a JSON line for each lock that is taken and let go. As `power` it owns
org.freedesktop.PowerManagement (KDE, Xfce), as `gnome` org.gnome.SessionManager, which also has clients: then
SIGUSR1 ends the session and SIGUSR2 asks whether it may end. usage: power_host.py power|gnome"""
import json, signal, sys, dbus, dbus.service, dbus.mainloop.glib
from gi.repository import GLib
dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
bus = dbus.SessionBus()
P, G = "org.freedesktop.PowerManagement.Inhibit", "org.gnome.SessionManager"
C = "org.gnome.SessionManager.ClientPrivate"


def say(**line):
    print(json.dumps(line), flush=True)


class Locks:
    """Numbers that are taken and let go; those of a program that has ended go by themselves."""

    def __init__(self):
        self.n, self.owners = 0, {}
        bus.add_signal_receiver(self.changed, "NameOwnerChanged", "org.freedesktop.DBus")

    def take(self, sender, **line):
        self.n += 1
        self.owners[self.n] = sender
        say(took=self.n, **line)
        return dbus.UInt32(self.n)

    def let_go(self, n):
        if self.owners.pop(int(n), None):
            say(let_go=int(n))

    def changed(self, name, _old, new):
        for n in [n for n, owner in self.owners.items() if owner == name and not new]:
            self.let_go(n)


class Power(dbus.service.Object):
    def __init__(self):
        name = dbus.service.BusName("org.freedesktop.PowerManagement", bus)
        super().__init__(name, "/org/freedesktop/PowerManagement/Inhibit")
        self.locks = Locks()

    @dbus.service.method(P, in_signature="ss", out_signature="u", sender_keyword="sender")
    def Inhibit(self, who, why, sender=None):
        return self.locks.take(sender, who=str(who), why=str(why))

    @dbus.service.method(P, in_signature="u")
    def UnInhibit(self, n):
        self.locks.let_go(n)


class Client(dbus.service.Object):
    @dbus.service.method(C, in_signature="bs")
    def EndSessionResponse(self, may, why):
        say(answered=bool(may), why=str(why))

    @dbus.service.signal(C, signature="u")
    def QueryEndSession(self, flags):
        say(asked=True)

    @dbus.service.signal(C, signature="u")
    def EndSession(self, flags):
        say(ended=True)


class Gnome(dbus.service.Object):
    def __init__(self):
        super().__init__(dbus.service.BusName(G, bus), "/org/gnome/SessionManager")
        self.locks, self.clients = Locks(), []

    @dbus.service.method(G, in_signature="susu", out_signature="u", sender_keyword="sender")
    def Inhibit(self, who, window, why, flags, sender=None):
        return self.locks.take(sender, who=str(who), why=str(why), flags=int(flags))

    @dbus.service.method(G, in_signature="u")
    def Uninhibit(self, n):
        self.locks.let_go(n)

    @dbus.service.method(G, in_signature="ss", out_signature="o")
    def RegisterClient(self, who, start):
        path = f"/org/gnome/SessionManager/Client{len(self.clients) + 1}"
        self.clients.append(Client(bus, path))
        say(client=str(who))
        return dbus.ObjectPath(path)

    def all(self, signal_name):
        for client in self.clients:
            getattr(client, signal_name)(0)
        return True


if sys.argv[1] == "power":
    host = Power()
else:
    host = Gnome()
    GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, signal.SIGUSR1, host.all, "EndSession")
    GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, signal.SIGUSR2, host.all, "QueryEndSession")
say(ready=True)
GLib.MainLoop().run()
