/*
 * Preloaded before libc: the n-th call that writes to a file of the workspace fails, as a broken or full drive would.
 * FAULT_CONTROL names a file of three 32-bit numbers that the test program changes while it runs: calls to go until the
 * failure (0: none is to come), how many fail from there on, the error; a fourth counts the calls.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

static volatile int32_t *control;
static const char *place;

__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("FAULT_CONTROL");
  place = getenv("FAULT_PLACE");
  if (path == NULL || place == NULL) return;
  int file = open(path, O_RDWR);
  if (file < 0) return;
  void *mapped = mmap(NULL, 16, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (mapped != MAP_FAILED) control = mapped;
}

static int of_workspace(int file) {
  char link[64], target[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, target, sizeof target - 1);
  if (length <= 0) return 0;
  target[length] = 0;
  return strstr(target, place) != NULL;
}

/* Whether this call fails; sets errno. */
static int fails(int file) {
  if (control == NULL || control[0] == 0 || !of_workspace(file)) return 0;
  control[3]++;
  if (control[0] > 1) {
    control[0]--;
    return 0;
  }
  if (control[1] > 0 && --control[1] == 0) control[0] = 0;
  errno = control[2];
  return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int file, const void *bytes, size_t length) {
  return fails(file) ? -1 : REAL(write)(file, bytes, length);
}
ssize_t pwrite(int file, const void *bytes, size_t length, off_t at) {
  return fails(file) ? -1 : REAL(pwrite)(file, bytes, length, at);
}
ssize_t pwrite64(int file, const void *bytes, size_t length, off64_t at) {
  return fails(file) ? -1 : REAL(pwrite64)(file, bytes, length, at);
}
int fsync(int file) { return fails(file) ? -1 : REAL(fsync)(file); }
int fdatasync(int file) { return fails(file) ? -1 : REAL(fdatasync)(file); }
int ftruncate(int file, off_t length) { return fails(file) ? -1 : REAL(ftruncate)(file, length); }
int ftruncate64(int file, off64_t length) { return fails(file) ? -1 : REAL(ftruncate64)(file, length); }
