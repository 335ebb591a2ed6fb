/**
 * Loaded into every measured server with --import: answers the driver's question how much CPU the process
 * (all of its threads) has used. The server itself knows nothing of it.
 */
process.on('message', (message) => {
  // A profile is written by a process that ends by itself.
  if (message === 'exit') process.exit()
  if (message === 'cpu') process.send?.({ cpu: process.cpuUsage(), memory: process.memoryUsage.rss() })
})
// Listening would otherwise keep a server alive that has shut everything else down.
process.channel?.unref()
