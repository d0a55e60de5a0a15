/* asv's pages fetch JSON, which a browser does not let a page from file:// do. Such a page may load
   scripts, though: beside each JSON file lies one that holds the same. Here jQuery is told to load
   those. explorer.files.js lists them by folder, so that no page asks for one that is not there. */

(function () {
    "use strict";

    if (window.location.protocol !== "file:") {
        return;
    }

    /* A promise of the data that a script attaches to its own element. */
    function load(address) {
        var loaded = $.Deferred();
        var script = document.createElement("script");
        script.onload = function () {
            loaded.resolve(script.data);
        };
        script.onerror = loaded.reject;
        script.src = address;
        document.head.appendChild(script);
        return loaded.promise();
    }

    function is_listed(files, address) {
        var path = decodeURIComponent(address.replace(/\?.*$/, ""));
        var slash = path.lastIndexOf("/");
        var folder = slash < 0 ? "." : path.slice(0, slash);
        return $.inArray(path.slice(slash + 1), files[folder] || []) >= 0;
    }

    var listed = load("explorer.files.js");

    $.ajaxTransport("+json", function (options) {
        return {
            send: function (headers, complete) {
                function fail() {
                    complete(404, "Not Found");
                }
                listed.done(function (files) {
                    if (!is_listed(files, options.url)) {
                        fail();
                        return;
                    }
                    /* What follows the question mark keeps the browser from showing old data. */
                    load(options.url.replace(/\.json(\?|$)/, ".json.js$1")).done(function (data) {
                        complete(200, "OK", {json: data});
                    }).fail(fail);
                }).fail(fail);
            },
            abort: $.noop
        };
    });

    /* Where a graph is missing, asv asks for a file that it has, to see whether the server is up. */
    $.ajaxTransport("+text", function () {
        return {
            send: function (headers, complete) {
                complete(200, "OK", {text: ""});
            },
            abort: $.noop
        };
    });
}());
