import { BlockList, isIP } from 'node:net'

/** Whether an address is one of those listed: addresses, or ranges in the notation of CIDR. */
export const createAddressList = (listed: readonly string[]): ((address: string | undefined) => boolean) => {
  const list = new BlockList()
  for (const item of listed) {
    const [address = '', prefix] = item.split('/')
    const family = familyOf(address)
    if (prefix === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(prefix), family)
  }
  return (address) => address !== undefined && isIP(address) !== 0 && list.check(address, familyOf(address))
}

const familyOf = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4')
