// The few Linux calls that Swift's Glibc module does not show.
#ifndef KEYS_MANAGER_CLINUX_H
#define KEYS_MANAGER_CLINUX_H

// renameat2(2) without RENAME flags hidden behind _GNU_SOURCE; returns -1 and sets errno.
int keys_manager_renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned int flags);

// Whether any descriptor or mapping of any process can still write to a file that is open for reading only: 1 or 0, or
// -1 with errno set where the system does not tell (another user's file, a file system without leases).
int keys_manager_has_writer(int file);

// Makes the system write no core dump of this process, not even through a program that collects them, and lets no other
// process of the same user read its memory (prctl(2)); returns -1 and sets errno.
int keys_manager_forbid_dumps(void);

// Takes room on the disk for bytes of a file, behind its end without making it longer (fallocate(2)); returns -1 and sets
// errno.
int keys_manager_reserve(int file, long offset, long count);

// The magic number of the file system that holds an open folder (statfs(2)), or -1 with errno set.
long keys_manager_file_system_type(int folder);

enum { KEYS_MANAGER_RENAME_NOREPLACE = 1, KEYS_MANAGER_RENAME_EXCHANGE = 2 };

#endif
