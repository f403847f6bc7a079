#define _GNU_SOURCE
#include "CLinux.h"
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

int keys_manager_renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned int flags) {
    return (int)syscall(SYS_renameat2, from_folder, from, to_folder, to, flags);
}

long keys_manager_file_system_type(int folder) {
    struct statfs found;
    return fstatfs(folder, &found) == 0 ? (long)found.f_type : -1;
}
