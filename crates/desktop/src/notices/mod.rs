//! Notifications: a pure planner that groups and paces, and the service on the bus that shows them.
