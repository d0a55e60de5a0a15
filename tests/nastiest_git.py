"""The nastiest git a user may have: everything set that git lets one set, and much of it failing.

Each setting is one that changes what some git command prints, writes or runs.
"""

from pathlib import Path

_CONFIGURATION = """
[user]
    name = Ä "Quoted" <O'Brien>
    email = somebody@example.org
    useConfigOnly = true
    signingKey = nobody
[gpg]
    program = {failing}
[commit]
    gpgSign = true
    verbose = 2
[tag]
    gpgSign = true
    sort = -creatordate
[log]
    showSignature = true
    showRoot = false
    decorate = full
    follow = true
    mailmap = true
    date = relative
    abbrevCommit = true
    diffMerges = combined
    excludeDecoration = *
[mailmap]
    file = {folder}/mailmap
[format]
    pretty = "%%x00nasty %%h%%n%%n%%x00"
[pretty]
    oneline = "format:nasty"
[core]
    abbrev = 4
    quotePath = {quote}
    pager = false
    editor = false
    askPass = {failing}
    attributesFile = {folder}/attributes
    excludesFile = {folder}/ignore
    hooksPath = {folder}/hooks
    fsmonitor = {failing}
    untrackedCache = true
    autocrlf = true
    eol = crlf
    safecrlf = false
    precomposeUnicode = true
    logAllRefUpdates = always
    whitespace = error-all
    commentChar = "%%"
    preloadIndex = true
    bigFileThreshold = 1
    compression = 0
    warnAmbiguousRefs = true
[color]
    ui = always
    branch = always
    diff = always
    grep = always
    interactive = always
    showBranch = always
    status = always
    pager = true
    advice = always
    push = always
    remote = always
    transport = always
[column]
    ui = always
    tag = always
    branch = always
    status = always
[pager]
    log = false
    show = cat
    diff = false
    tag = false
    rev-list = false
    cat-file = false
    ls-tree = cat
    for-each-ref = false
[i18n]
    logOutputEncoding = {encoding}
    commitEncoding = ISO-8859-1
[diff]
    external = {failing}
    noprefix = true
    mnemonicPrefix = true
    renames = copies
    algorithm = minimal
    colorMoved = zebra
    context = 0
    interHunkContext = 9
    orderFile = {folder}/order
    relative = true
    statGraphWidth = 1
    submodule = diff
    wordRegex = .
    suppressBlankEmpty = true
    ignoreSubmodules = all
[diff "upper"]
    textconv = {failing}
    command = {failing}
[filter "upper"]
    clean = {failing}
    smudge = {failing}
    required = true
[status]
    branch = true
    showStash = true
    short = true
    showUntrackedFiles = no
    submoduleSummary = true
    relativePaths = true
    renames = copies
[alias]
    log = show
    rev-list = !false
    cat-file = !false
    rev-parse = !false
    ls-tree = !false
    for-each-ref = !false
    archive = !false
[help]
    autocorrect = immediate
[init]
    templateDir = {folder}/template
    defaultBranch = nasty
[transfer]
    fsckObjects = true
[fetch]
    fsckObjects = true
    prune = true
[clone]
    rejectShallow = true
    defaultRemoteName = nasty
[submodule]
    recurse = true
[checkout]
    guess = false
    workers = 3
[clean]
    requireForce = true
[branch]
    sort = -committerdate
[grep]
    lineNumber = true
[advice]
    detachedHead = true
    statusHints = true
[gc]
    auto = 1
    autoDetach = false
[push]
    default = nothing
[rerere]
    enabled = true
[merge]
    ff = only
[pull]
    rebase = true
[blame]
    showEmail = true
[url "file:///nowhere/"]
    insteadOf = https://
"""


def be_nasty(folder: Path, *, quote: bool = True, encoding: str = "UTF-16") -> dict[str, str]:
    """Write the configuration of a user; return the variables that a command meets it with."""
    failing = folder / "failing"
    failing.parent.mkdir(parents=True)
    failing.write_text("#!/bin/sh\necho nasty\necho nasty >&2\nexit 1\n")
    failing.chmod(0o755)
    for hooks in (folder / "hooks", folder / "template" / "hooks"):
        hooks.mkdir(parents=True)
        for name in ("post-checkout", "pre-commit", "reference-transaction", "post-index-change"):
            (hooks / name).symlink_to(failing)
    (folder / "attributes").write_text(
        "* export-ignore\n* export-subst filter=upper diff=upper ident text eol=crlf\n"
    )
    (folder / "ignore").write_text("*\n")
    (folder / "mailmap").write_text("Nobody <nobody@example.org> <a@example.org>\n")
    (folder / "order").write_text("z*\n")
    home = folder / "home"
    home.mkdir()
    text = _CONFIGURATION.format(
        folder=folder, failing=failing, quote=str(quote).lower(), encoding=encoding
    )
    (home / ".gitconfig").write_text(text.replace("%%", "%"), encoding="utf-8")
    return {
        "HOME": str(home),
        "GIT_CONFIG_GLOBAL": str(home / ".gitconfig"),
        "GIT_TRACE": "1",
        "GIT_TRACE_SETUP": "1",
        "GIT_TRACE2": "1",
        "GIT_PAGER": "false",
        "PAGER": "false",
        "GIT_EDITOR": "false",
        "GIT_EXTERNAL_DIFF": str(failing),
        "GIT_DIFF_OPTS": "--unified=0",
        "GIT_ICASE_PATHSPECS": "1",
        "GIT_GLOB_PATHSPECS": "1",
        "GIT_ADVICE": "1",
        "GIT_TEMPLATE_DIR": str(folder / "template"),
        "LC_ALL": "de_DE.UTF-8",
        "LANGUAGE": "de",
        "TZ": "Pacific/Kiritimati",
    }
