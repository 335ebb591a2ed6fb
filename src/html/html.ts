import type { VNode } from 'preact'
import { renderToString } from 'preact-render-to-string'

declare const rendered: unique symbol

/** A whole document that went through the renderer, and so through its escaping. Only `renderPage` makes one. */
export type Html = string & { readonly [rendered]: true }

export const renderPage = (page: VNode): Html => `<!doctype html>${renderToString(page)}` as Html
