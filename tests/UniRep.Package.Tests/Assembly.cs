using UniRep.Package.Tests;

// Packing once serves all tests; one at a time, for they build and wait on the same cores.
[assembly: AssemblyFixture(typeof(LocalFeed))]
[assembly: CollectionBehavior(DisableTestParallelization = true)]
