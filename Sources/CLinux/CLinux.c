#define _GNU_SOURCE
#include "CLinux.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

int keys_manager_renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned int flags) {
    return (int)syscall(SYS_renameat2, from_folder, from, to_folder, to, flags);
}

int keys_manager_has_writer(int file) {
    // Should somebody open the file while the lease is held, the signal says so. SIGIO would end the process; this one
    // does nothing.
    if (fcntl(file, F_SETSIG, SIGURG) != 0) return -1;
    if (fcntl(file, F_SETLEASE, F_RDLCK) != 0) return errno == EAGAIN ? 1 : -1;
    fcntl(file, F_SETLEASE, F_UNLCK);
    return 0;
}

int keys_manager_reserve(int file, long offset, long count) {
    return fallocate(file, FALLOC_FL_KEEP_SIZE, offset, count);
}

int keys_manager_forbid_dumps(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }

long keys_manager_file_system_type(int folder) {
    struct statfs found;
    return fstatfs(folder, &found) == 0 ? (long)found.f_type : -1;
}
