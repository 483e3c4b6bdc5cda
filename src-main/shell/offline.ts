import type { CommandLine, Session } from 'electron'

/** Addresses that never leave this machine; everything else is cancelled before a connection is tried. */
const localSchemes = ['app:', 'blob:', 'data:', 'devtools:']

/** True for a request the page may make. */
export function isLocalRequest(url: string): boolean {
  return localSchemes.some((scheme) => url.startsWith(scheme))
}

/** Chromium's own services: no name is ever resolved, nothing is fetched in the background. Call before `ready`. */
export function setOfflineSwitches(commandLine: CommandLine): void {
  commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND')
  commandLine.appendSwitch('disable-background-networking')
  commandLine.appendSwitch('disable-component-update')
  commandLine.appendSwitch('disable-domain-reliability')
  commandLine.appendSwitch('force-webrtc-ip-handling-policy', 'disable_non_proxied_udp')
  // Machines without a graphics card draw in software; only our own page is ever drawn.
  commandLine.appendSwitch('enable-unsafe-swiftshader')
}

/** Cancels every request that is not local, and gives what might slip past a proxy that nothing listens on. */
export function cutSessionOff(session: Session): void {
  session.webRequest.onBeforeRequest((details, answer) => answer({ cancel: !isLocalRequest(details.url) }))
  // The spell checker would download dictionaries.
  session.setSpellCheckerEnabled(false)
  void session.setProxy({ proxyRules: '127.0.0.1:9', proxyBypassRules: '<-loopback>' })
}
