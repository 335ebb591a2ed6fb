import { exportJWK, generateKeyPair } from 'jose'
import { newCertificate } from '../support/certificate.ts'
import type { Operator, OperatorSettings } from './operator.ts'

/* The plans that a server like this is certified by, with how each wants its clients set up. */

export interface PlanSetUp {
  readonly name: string
  readonly variant: Readonly<Record<string, string>>
  /** What has to be switched on for it. */
  readonly settings?: OperatorSettings
  /** The part of the configuration that is about clients. */
  clients(operator: Operator, alias: string, suite: string): Promise<object>
}

const staticClient = { server_metadata: 'discovery', client_registration: 'static_client' }

const threeClients =
  (metadata?: object): PlanSetUp['clients'] =>
  async (operator, alias) => ({
    client: await operator.register(alias, { metadata }),
    client_secret_post: await operator.register(alias, { metadata }),
    client2: await operator.register(alias, { metadata }),
  })

const implicit = {
  settings: { implicit_flow: true },
  clients: threeClients({ response_types: ['id_token', 'id_token token'] }),
}

const dynamic = (name: string, variant: PlanSetUp['variant']): PlanSetUp => ({
  name,
  variant,
  settings: {
    // OIDC Core §15.2: what an OP that takes clients it has never heard of must support.
    dynamic_client_registration: true,
    implicit_flow: true,
    request_objects_by_reference: true,
  },
  // They register themselves, with keys of their own (private_key_jwt).
  clients: async () => ({}),
})

/** A key of an application, private for the suite and public for us. */
const newKey = async (alg: string, kid: string) => {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  const keyOf = async (key: CryptoKey) => ({ ...(await exportJWK(key)), kid, alg, use: 'sig' })
  return { private: { keys: [await keyOf(privateKey)] }, public: { keys: [await keyOf(publicKey)] } }
}

const bank = async (operator: Operator, alias: string, kid: string, metadata: object) => {
  const key = await newKey('PS256', kid)
  const { client_id } = await operator.register(alias, {
    isThirdParty: true,
    jwks: key.public,
    metadata: { profile: 'fapi2', token_endpoint_auth_method: 'private_key_jwt', ...metadata },
  })
  return {
    client_id,
    jwks: key.private,
    scope: 'openid profile email offline_access',
    dpop_signing_alg: 'ES256',
  }
}

const banks =
  (metadata: object): PlanSetUp['clients'] =>
  async (operator, alias) => ({
    client: await bank(operator, alias, 'first', metadata),
    client2: await bank(operator, alias, 'second', metadata),
  })

/** A client that is known by the key of its certificate (RFC 8705 §2.2). */
const certifiedBank = async (operator: Operator, alias: string, kid: string) => {
  const certificate = newCertificate({ subject: [[['CN', `${alias}-${kid}`]]] })
  const key = await newKey('ES256', `${kid}-signing`)
  const { client_id } = await operator.register(alias, {
    isThirdParty: true,
    jwks: { keys: [{ ...certificate.publicJwk, kid, alg: 'ES256', use: 'sig' }, ...key.public.keys] },
    metadata: {
      profile: 'fapi2',
      token_endpoint_auth_method: 'self_signed_tls_client_auth',
      tls_client_certificate_bound_access_tokens: true,
    },
  })
  return {
    client: { client_id, jwks: key.private, scope: 'openid profile email offline_access' },
    mtls: { cert: certificate.pem, key: certificate.keyPem },
  }
}

const certifiedBanks: PlanSetUp['clients'] = async (operator, alias) => {
  const first = await certifiedBank(operator, alias, 'first')
  const second = await certifiedBank(operator, alias, 'second')
  return { client: first.client, mtls: first.mtls, client2: second.client, mtls2: second.mtls }
}

const fapi = {
  sender_constrain: 'dpop',
  client_auth_type: 'private_key_jwt',
  openid: 'openid_connect',
  authorization_request_type: 'simple',
  fapi_profile: 'plain_fapi',
}

const loggingOut =
  (metadata: (base: string) => object): PlanSetUp['clients'] =>
  async (operator, alias, suite) => {
    const base = `${suite}/test/a/${alias}`
    const registered = { post_logout_redirect_uris: [`${base}/post_logout_redirect`], ...metadata(base) }
    return {
      client: await operator.register(alias, { metadata: registered }),
      client2: await operator.register(alias, { metadata: registered }),
    }
  }

const codeFlow = { response_type: 'code', client_registration: 'static_client' }

export const plans: Readonly<Record<string, PlanSetUp>> = {
  basic: { name: 'oidcc-basic-certification-test-plan', variant: staticClient, clients: threeClients() },
  'form-post': {
    name: 'oidcc-formpost-basic-certification-test-plan',
    variant: staticClient,
    clients: threeClients(),
  },
  config: { name: 'oidcc-config-certification-test-plan', variant: {}, clients: async () => ({}) },
  implicit: {
    name: 'oidcc-implicit-certification-test-plan',
    variant: staticClient,
    ...implicit,
  },
  'form-post-implicit': {
    name: 'oidcc-formpost-implicit-certification-test-plan',
    variant: staticClient,
    ...implicit,
  },
  dynamic: dynamic('oidcc-dynamic-certification-test-plan', { response_type: 'code' }),
  'dynamic-implicit': dynamic('oidcc-dynamic-certification-test-plan', { response_type: 'id_token token' }),
  comprehensive: dynamic('oidcc-test-plan', {
    client_registration: 'dynamic_client',
    client_auth_type: 'private_key_jwt',
    response_type: 'code',
    response_mode: 'default',
  }),
  'third-party-login': {
    name: 'oidcc-3rdparty-init-login-certification-test-plan',
    variant: { response_type: 'code' },
    settings: { dynamic_client_registration: true },
    clients: async () => ({}),
  },
  'rp-initiated-logout': {
    name: 'oidcc-rp-initiated-logout-certification-test-plan',
    variant: codeFlow,
    clients: loggingOut(() => ({})),
  },
  'back-channel-logout': {
    name: 'oidcc-backchannel-rp-initiated-logout-certification-test-plan',
    variant: codeFlow,
    clients: loggingOut((base) => ({ backchannel_logout_uri: `${base}/backchannel_logout` })),
  },
  'front-channel-logout': {
    name: 'oidcc-frontchannel-rp-initiated-logout-certification-test-plan',
    variant: codeFlow,
    clients: loggingOut((base) => ({
      frontchannel_logout_uri: `${base}/frontchannel_logout`,
      frontchannel_logout_session_required: true,
    })),
  },
  fapi2: { name: 'fapi2-security-profile-final-test-plan', variant: fapi, clients: banks({}) },
  'fapi2-mtls': {
    name: 'fapi2-security-profile-final-test-plan',
    variant: { ...fapi, sender_constrain: 'mtls', client_auth_type: 'mtls' },
    clients: certifiedBanks,
  },
  'fapi2-message-signing': {
    name: 'fapi2-message-signing-final-test-plan',
    variant: { ...fapi, fapi_request_method: 'signed_non_repudiation', fapi_response_mode: 'jarm' },
    clients: banks({ require_signed_request_object: true, authorization_signed_response_alg: 'PS256' }),
  },
}
