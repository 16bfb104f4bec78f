// Every host is the local server, for the JavaScript clients that make samples; nothing else of them is changed.
const tls = require("node:tls");
const connect = tls.connect;
tls.connect = (options, ...rest) =>
	connect(typeof options === "object" ? { ...options, servername: options.servername ?? options.host, host: "127.0.0.1" } : options, ...rest);
