// Before anything is drawn: the theme that the reader chose. A classic script, because modules run too late for that.
try {
  const chosen = localStorage.getItem('crosstalk.theme');
  if (chosen) document.documentElement.dataset.theme = chosen;
} catch {
  // A browser that keeps nothing follows the system.
}
