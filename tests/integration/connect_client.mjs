// Syncs by the Connect protocol's own client for Node.js, and prints what came
// of it as one line of JSON.
//
//   node connect_client.mjs MODULES DESCRIPTORS URL
//
// MODULES is where npm put the client, DESCRIPTORS what protoc made of the
// protocol files, as a set with its imports.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [, , modules, descriptors, baseUrl] = process.argv;
const require = createRequire(`${modules}/`);
const { createFileRegistry, fromBinary } = require("@bufbuild/protobuf");
const { FileDescriptorSetSchema } = require("@bufbuild/protobuf/wkt");
const { Code, ConnectError, createClient } = require("@connectrpc/connect");
const { createConnectTransport } = require("@connectrpc/connect-node");

const registry = createFileRegistry(
  fromBinary(FileDescriptorSetSchema, readFileSync(descriptors)),
);

function clientOf(service, options) {
  const transport = createConnectTransport({
    baseUrl,
    httpVersion: "1.1",
    ...options,
  });
  return createClient(registry.getService(`chasqui.v1.${service}`), transport);
}

async function codeOf(call) {
  try {
    await call;
    return "ok";
  } catch (error) {
    return Code[ConnectError.from(error).code];
  }
}

const AREA = 1; // BucketKind: a record is in its assignee's bucket, too

function recordsIn({ buckets }) {
  return buckets
    .filter((each) => each.bucket.kind === AREA)
    .reduce((sum, each) => sum + each.items.length, 0);
}

// Exchanges until nothing more waits.
async function syncAll(client) {
  const survey = { survey: "wells", person: "amina", pull: true };
  const headers = { "chasqui-device": "browser" };
  const got = { exchanges: 0, forms: 0, records: 0, again: 0 };
  for (let more = true; more; ++got.exchanges) {
    const { surveys } = await client.sync({ surveys: [survey] }, { headers });
    const [news] = surveys;
    survey.cursor = news.cursor;
    survey.log = news.log;
    survey.forms = (survey.forms ?? 0) + news.forms.length;
    got.forms += news.forms.length;
    got.records += recordsIn(news);
    more = news.more;
  }
  const { surveys } = await client.sync({ surveys: [survey] }, { headers });
  got.again = recordsIn(surveys[0]);
  return got;
}

async function exportAll(client) {
  const got = { text: "", summaries: 0 };
  const decoder = new TextDecoder();
  for await (const { part } of client.exportTables({ survey: "wells" })) {
    if (part.case === "summary") ++got.summaries;
    if (part.case !== "rows") continue;
    for (const cells of part.value.columns) {
      got.text += decoder.decode(cells.bytes);
    }
  }
  return got;
}

const result = {};
for (const [name, options] of Object.entries({
  proto: { useBinaryFormat: true },
  json: { useBinaryFormat: false },
  get: { useBinaryFormat: true, useHttpGet: true },
})) {
  const surveys = clientOf("SurveyService", options);
  result[name] = {
    surveys: (await surveys.listSurveys({})).surveys.map((s) => s.survey),
    missing: await codeOf(surveys.getSurvey({ survey: "rivers" })),
    sync: await syncAll(clientOf("SyncService", options)),
    nobody: await codeOf(clientOf("SyncService", options).sync({})),
    export: await exportAll(clientOf("ExportService", options)),
    late: await codeOf(
      (async () => {
        const watch = clientOf("ProgressService", options).watchProgress(
          { survey: "wells" },
          { timeoutMs: 300 },
        );
        for await (const each of watch) result.watched = each !== undefined;
      })(),
    ),
  };
}
console.log(JSON.stringify(result));
