import { partition } from '@aws-sdk/core/client'
import { resolveEndpointConfig } from '@smithy/core/endpoints'
import type { Endpoint, Service } from '../model/endpoint.ts'
import { ActionError } from '../model/errors.ts'

/**
 * The addresses to which the clients of these services send their calls. It calls the function that the clients of the SDK call, so it
 * knows `AWS_ENDPOINT_URL`, `AWS_ENDPOINT_URL_<SERVICE>`, `endpoint_url` and the services section of the profile, and
 * `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS`. A setting that cannot be read counts as absent, as in the SDK. Loads no client.
 */
export async function readEndpoints(region: string, services: readonly Service[]): Promise<readonly Endpoint[]> {
  return await Promise.all(services.map((service) => readEndpoint(region, service)))
}

async function readEndpoint(region: string, service: Service): Promise<Endpoint> {
  const url = await readUrl(service)
  return { service, url, suffixes: findSuffixes([region, ...labelsOf(url)]) }
}

async function readUrl(service: Service): Promise<string | undefined> {
  const unused = () => {
    throw new ActionError('internal', 'only the configured endpoint of a client was to be read')
  }
  const { serviceConfiguredEndpoint } = resolveEndpointConfig({ serviceId: service, urlParser: unused, endpointProvider: unused })
  // The SDK treats an empty value as absent.
  return (await serviceConfiguredEndpoint?.()) || undefined
}

/** The parts of a host name; one of them may be a region. */
function labelsOf(url: string | undefined): readonly string[] {
  return url !== undefined && URL.canParse(url) ? new URL(url).hostname.split('.') : []
}

/**
 * The suffixes of the partitions that these regions belong to. An unknown name counts as a region of the partition `aws`, as in the SDK.
 */
function findSuffixes(regions: readonly string[]): readonly string[] {
  return [...new Set(regions.map(partition).flatMap(({ dnsSuffix, dualStackDnsSuffix }) => [dnsSuffix, dualStackDnsSuffix]))]
}
