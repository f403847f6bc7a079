// The few Linux calls that Swift's Glibc module does not show.
#ifndef KEYS_MANAGER_CLINUX_H
#define KEYS_MANAGER_CLINUX_H

// renameat2(2) without RENAME flags hidden behind _GNU_SOURCE; returns -1 and sets errno.
int keys_manager_renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned int flags);

// The magic number of the file system that holds an open folder (statfs(2)), or -1 with errno set.
long keys_manager_file_system_type(int folder);

enum { KEYS_MANAGER_RENAME_NOREPLACE = 1, KEYS_MANAGER_RENAME_EXCHANGE = 2 };

#endif
