// Runs an AT Protocol network (PLC, PDS, AppView) on 127.0.0.1 and does to it what it is told by HTTP; seeds nothing.
//
//   node network.js PORT
//
// GET / tells the ports once all is up. POST /account, /say, /delete, /repost, /like, /label and /takedown take and
// give JSON; they answer once the AppView knows. It ends when its standard input does.

import http from 'node:http'
import net from 'node:net'

const HOST = '127.0.0.1'
const PICTURE = Buffer.from('R0lGODlhAQABAAAAACw=', 'base64')

// The network's own parts would listen on all interfaces: before they are imported, all listening is turned inwards.
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (...given) {
  const [asked] = given
  const place = typeof asked === 'object' && asked !== null ? asked : { port: Number(asked) || 0 }
  const callback = given.findLast((one) => typeof one === 'function')
  return listen.call(this, { ...place, host: HOST }, callback)
}
const { TestNetwork } = await import('@atproto/dev-env')

const network = await TestNetwork.create({ dbPostgresSchema: 'network' })
const { atproto } = network.pds.getAgent().com
const accounts = new Map() // by name: its DID and the header that logs it in
const posts = new Map() // by URI: the post's own reference and that of its conversation's root

async function write(account, collection, record, rkey) {
  const { did, headers } = accounts.get(account)
  const made = { repo: did, collection, rkey, record: { createdAt: new Date().toISOString(), ...record } }
  const { data } = await atproto.repo.createRecord(made, { headers, encoding: 'application/json' })
  return { uri: data.uri, cid: data.cid }
}

async function pictures(account, alt) {
  const { headers } = accounts.get(account)
  const { data } = await atproto.repo.uploadBlob(PICTURE, { headers, encoding: 'image/gif' })
  return { $type: 'app.bsky.embed.images', images: [{ image: data.blob, alt }] }
}

const calls = {
  async account({ name, handle, password, title, labels = [] }) {
    const wanted = { handle, password, email: `${name}@people.example` }
    const { data } = await atproto.server.createAccount(wanted)
    accounts.set(name, { did: data.did, headers: { authorization: `Bearer ${data.accessJwt}` } })
    const values = { $type: 'com.atproto.label.defs#selfLabels', values: labels.map((val) => ({ val })) }
    await write(name, 'app.bsky.actor.profile', { displayName: title, labels: values }, 'self')
    return { did: data.did }
  },
  async say({ account, text, to, langs, at: createdAt, alt }) {
    const parent = posts.get(to)
    const reply = parent && { root: parent.root, parent: parent.ref }
    const embed = alt && (await pictures(account, alt))
    const ref = await write(account, 'app.bsky.feed.post', { text, reply, langs, createdAt, embed })
    posts.set(ref.uri, { ref, root: parent?.root ?? ref })
    return { uri: ref.uri }
  },
  async delete({ account, uri }) {
    const [, , repo, collection, rkey] = uri.split('/')
    const { headers } = accounts.get(account)
    await atproto.repo.deleteRecord({ repo, collection, rkey }, { headers, encoding: 'application/json' })
  },
  async repost({ account, uri }) {
    await write(account, 'app.bsky.feed.repost', { subject: posts.get(uri).ref })
  },
  async like({ account, uri }) {
    await write(account, 'app.bsky.feed.like', { subject: posts.get(uri).ref })
  },
  async label({ uri, value: val }) {
    const src = network.ozone.ctx.cfg.service.did
    const label = { src, ...posts.get(uri).ref, val, neg: false, cts: new Date().toISOString() }
    await network.bsky.db.db.insertInto('label').values(label).execute()
  },
  async takedown({ uri: recordUri }) {
    await network.bsky.ctx.dataplane.takedownRecord({ recordUri })
  },
}

async function answer(request) {
  if (request.method === 'GET') return { appview: network.bsky.port, pds: network.pds.port }
  const said = JSON.parse(Buffer.concat(await request.toArray()).toString())
  const result = await calls[request.url.slice(1)](said)
  await network.processAll(20_000) // at most so many milliseconds
  return result ?? {}
}

const server = http.createServer((request, response) => {
  const send = (status, body) => response.writeHead(status).end(JSON.stringify(body))
  answer(request).then(
    (result) => send(200, result),
    (error) => send(500, { error: String(error) }),
  )
})
server.listen(Number(process.argv[2]))
process.stdin.resume().on('end', () => process.exit(0))
