/* A disk under test. Loaded into the program before libc, it writes down in a side file everything that the program does to one folder,
 * and what it pushes to the disk, so that disk.rs can rebuild what a power cut would have left. It can also end the program at a chosen
 * change, refuse every change as a file system does that turned read-only after an error, and push nothing until it is told to.
 *
 * CROSSTALK_JOURNAL          the side file; appended to
 * CROSSTALK_JOURNAL_FOLDER   the folder, as an absolute path without links
 * CROSSTALK_JOURNAL_END      number of the record after which the program is killed; absent: never
 * CROSSTALK_READ_ONLY        a path; as long as something is there, changes fail with EROFS
 * CROSSTALK_STANDSTILL       a path; as long as something is there, pushing to the disk waits, and says so in a file beside it, .reached
 *
 * A record is a letter, a file number, a number, a length (each of the three 8 bytes, as this machine writes them), and so many bytes.
 * Files are named by their inode numbers. Nothing is really pushed to the disk here: the side file says what would have been. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define REAL(result, name, ...) static result (*real_##name)(__VA_ARGS__)
REAL(int, open64, const char *, int, ...);
REAL(int, openat64, int, const char *, int, ...);
REAL(int, close, int);
REAL(ssize_t, write, int, const void *, size_t);
REAL(ssize_t, writev, int, const struct iovec *, int);
REAL(ssize_t, pwrite64, int, const void *, size_t, off64_t);
REAL(int, ftruncate64, int, off64_t);
REAL(int, fsync, int);
REAL(int, rename, const char *, const char *);
REAL(int, unlinkat, int, const char *, int);
REAL(int, linkat, int, const char *, int, const char *, int);
REAL(int, mkdir, const char *, mode_t);
REAL(void *, mmap64, void *, size_t, int, int, int, off64_t);

enum { FDS = 65536 };
/* Inode numbers of open files that are written down; 0: not one of ours. */
static ino_t inode_of[FDS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int journal = -1;
static const char *folder;
static const char *read_only, *standstill;
static uint64_t records, last_record = UINT64_MAX;

__attribute__((constructor)) static void begin(void) {
#define FIND(name) real_##name = dlsym(RTLD_NEXT, #name)
    FIND(open64), FIND(openat64), FIND(close), FIND(write), FIND(writev), FIND(pwrite64), FIND(ftruncate64), FIND(fsync);
    FIND(rename), FIND(unlinkat), FIND(linkat), FIND(mkdir), FIND(mmap64);
    const char *path = getenv("CROSSTALK_JOURNAL"), *end = getenv("CROSSTALK_JOURNAL_END");
    read_only = getenv("CROSSTALK_READ_ONLY"), standstill = getenv("CROSSTALK_STANDSTILL");
    folder = getenv("CROSSTALK_JOURNAL_FOLDER");
    if (end) last_record = strtoull(end, NULL, 10);
    if (path) journal = real_open64(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static void give_up(const char *what) {
    fprintf(stderr, "journal.c does not know how to write down: %s\n", what);
    abort();
}

/* The absolute path; NULL when it is not in the folder. SQLite's shared memory need not survive anything. */
static const char *ours(int at, const char *path, char *room) {
    if (!folder) return NULL;
    if (path[0] != '/') {
        char link[64];
        ssize_t length = 0;
        if (at == AT_FDCWD) {
            if (!getcwd(room, PATH_MAX)) return NULL;
            length = strlen(room);
        } else {
            snprintf(link, sizeof link, "/proc/self/fd/%d", at);
            length = readlink(link, room, PATH_MAX - 1);
            if (length < 0) return NULL;
        }
        snprintf(room + length, PATH_MAX - length, "/%s", path);
        path = room;
    }
    size_t length = strlen(path), root = strlen(folder);
    if (strncmp(path, folder, root) || (path[root] && path[root] != '/')) return NULL;
    if (length > 4 && !strcmp(path + length - 4, "-shm")) return NULL;
    return path;
}

static void record(char letter, uint64_t file, uint64_t number, const void *bytes, uint64_t length) {
    if (journal < 0) return;
    char head[25] = {letter};
    memcpy(head + 1, &file, 8), memcpy(head + 9, &number, 8), memcpy(head + 17, &length, 8);
    struct iovec parts[] = {{head, sizeof head}, {(void *)bytes, length}};
    if (real_writev(journal, parts, 2) != (ssize_t)(sizeof head + length)) give_up("the side file can't be written");
    if (++records >= last_record) kill(getpid(), SIGKILL);
}

static void record_pair(char letter, const char *from, const char *to) {
    char both[2 * PATH_MAX];
    int length = snprintf(both, sizeof both, "%s%c%s", from, 0, to);
    record(letter, 0, 0, both, length);
}

static int is_refused(void) {
    if (!read_only || access(read_only, F_OK)) return 0;
    errno = EROFS;
    return 1;
}

/* As a disk that is slow. Whoever has nothing to push goes on: the lock is not held. */
static void stand_still(void) {
    if (!standstill || access(standstill, F_OK)) return;
    char reached[PATH_MAX];
    snprintf(reached, sizeof reached, "%s.reached", standstill);
    real_close(real_open64(reached, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    while (!access(standstill, F_OK)) usleep(1000);
}

static ino_t tracked(int fd) {
    return fd >= 0 && fd < FDS ? inode_of[fd] : 0;
}

static int open_any(int at, const char *path, int flags, mode_t mode) {
    char room[PATH_MAX];
    const char *full = ours(at, path, room);
    if (!full) return real_openat64(at, path, flags, mode);
    int changes = (flags & O_ACCMODE) != O_RDONLY || flags & (O_CREAT | O_TRUNC);
    pthread_mutex_lock(&lock);
    int fd = -1;
    if (!changes || !is_refused()) {
        int is_new = (flags & O_CREAT) && access(full, F_OK);
        fd = real_openat64(at, path, flags, mode);
        struct stat seen;
        if (fd >= FDS) give_up("so many open files");
        if (fd >= 0 && !fstat(fd, &seen) && (S_ISREG(seen.st_mode) || S_ISDIR(seen.st_mode))) {
            inode_of[fd] = seen.st_ino;
            record(is_new ? 'C' : 'O', seen.st_ino, 0, full, strlen(full));
            if (!is_new && flags & O_TRUNC) record('T', seen.st_ino, 0, NULL, 0);
        }
    }
    int cause = errno;
    pthread_mutex_unlock(&lock);
    errno = cause;
    return fd;
}

#define MODE(flags) \
    mode_t mode = 0; \
    if (flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE) { \
        va_list rest; \
        va_start(rest, flags); \
        mode = va_arg(rest, mode_t); \
        va_end(rest); \
    }
int open(const char *path, int flags, ...) { MODE(flags) return open_any(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags) return open_any(AT_FDCWD, path, flags, mode); }
int openat(int at, const char *path, int flags, ...) { MODE(flags) return open_any(at, path, flags, mode); }
int openat64(int at, const char *path, int flags, ...) { MODE(flags) return open_any(at, path, flags, mode); }

int close(int fd) {
    if (fd >= 0 && fd < FDS) inode_of[fd] = 0;
    return real_close(fd);
}

/* Does something to an open file and writes it down in the same moment, so that the order of records is the order of deeds. */
#define CHANGE(fd, result_type, deed, note) \
    do { \
        if (!tracked(fd)) return deed; \
        pthread_mutex_lock(&lock); \
        result_type result = is_refused() ? -1 : deed; \
        if (result >= 0) note; \
        int cause = errno; \
        pthread_mutex_unlock(&lock); \
        errno = cause; \
        return result; \
    } while (0)

/* Where the last write of so many bytes began. */
static uint64_t began(int fd, ssize_t length) {
    return lseek64(fd, 0, SEEK_CUR) - length;
}

ssize_t write(int fd, const void *bytes, size_t length) {
    CHANGE(fd, ssize_t, real_write(fd, bytes, length), record('W', tracked(fd), began(fd, result), bytes, result));
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    if (!tracked(fd)) return real_writev(fd, parts, count);
    return count ? write(fd, parts[0].iov_base, parts[0].iov_len) : 0;
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t at) {
    CHANGE(fd, ssize_t, real_pwrite64(fd, bytes, length, at), record('W', tracked(fd), at, bytes, result));
}
ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) { return pwrite64(fd, bytes, length, at); }

int ftruncate64(int fd, off64_t length) {
    CHANGE(fd, int, real_ftruncate64(fd, length), record('T', tracked(fd), length, NULL, 0));
}
int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

/* The number of a push is 1 where only what is in the file has to be there, and not when it was changed. */
int fsync(int fd) {
    if (tracked(fd)) stand_still();
    CHANGE(fd, int, 0, record('S', tracked(fd), 0, NULL, 0));
}
int fdatasync(int fd) {
    if (tracked(fd)) stand_still();
    CHANGE(fd, int, 0, record('S', tracked(fd), 1, NULL, 0));
}

/* The same for names. */
#define CHANGE_NAME(is_ours, deed, note) \
    do { \
        if (!(is_ours)) return deed; \
        pthread_mutex_lock(&lock); \
        int result = is_refused() ? -1 : deed; \
        if (result == 0) note; \
        int cause = errno; \
        pthread_mutex_unlock(&lock); \
        errno = cause; \
        return result; \
    } while (0)

int rename(const char *from, const char *to) {
    char room[PATH_MAX], other_room[PATH_MAX];
    const char *full = ours(AT_FDCWD, from, room), *other = ours(AT_FDCWD, to, other_room);
    if (!full != !other) give_up("a rename into or out of the folder");
    CHANGE_NAME(full, real_rename(from, to), record_pair('R', full, other));
}

int linkat(int at, const char *from, int other_at, const char *to, int flags) {
    char room[PATH_MAX], other_room[PATH_MAX];
    const char *full = ours(at, from, room), *other = ours(other_at, to, other_room);
    if (!full != !other) give_up("a link into or out of the folder");
    CHANGE_NAME(full, real_linkat(at, from, other_at, to, flags), record_pair('L', full, other));
}

int unlinkat(int at, const char *path, int flags) {
    char room[PATH_MAX];
    const char *full = ours(at, path, room);
    CHANGE_NAME(full, real_unlinkat(at, path, flags), record('U', 0, 0, full, strlen(full)));
}
int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }

int mkdir(const char *path, mode_t mode) {
    char room[PATH_MAX];
    const char *full = ours(AT_FDCWD, path, room);
    CHANGE_NAME(full, real_mkdir(path, mode), record('M', 0, 0, full, strlen(full)));
}

void *mmap64(void *place, size_t length, int rights, int flags, int fd, off64_t at) {
    if (tracked(fd) && flags & MAP_SHARED && rights & PROT_WRITE) give_up("changes through mapped memory");
    return real_mmap64(place, length, rights, flags, fd, at);
}
void *mmap(void *place, size_t length, int rights, int flags, int fd, off_t at) { return mmap64(place, length, rights, flags, fd, at); }

/* Ways to write that the program does not use on these files today; whoever brings one in has to write it down here. */
ssize_t copy_file_range(int from, off64_t *from_at, int to, off64_t *to_at, size_t length, unsigned flags) {
    (void)from, (void)from_at, (void)to_at, (void)length, (void)flags;
    if (tracked(to)) give_up("copy_file_range");
    errno = ENOSYS;
    return -1;
}
int fallocate64(int fd, int mode, off64_t at, off64_t length) {
    (void)mode, (void)at, (void)length;
    if (tracked(fd)) give_up("fallocate");
    errno = EOPNOTSUPP;
    return -1;
}
