//! Being the system's program for magnets and torrent files, and starting at log-in. Must never change a file
//! that somebody else made, but for the lines that name Shoal in the person's own list of default programs.
