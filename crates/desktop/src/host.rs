//! Whether a panel shows tray icons at this moment. Must never start a program to find out.
