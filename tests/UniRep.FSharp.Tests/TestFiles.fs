/// Finds the files that tests read.
module UniRep.Tests.TestFiles

open System
open System.IO
open Expecto
open UniRep.Testing

/// The repository's root: the nearest folder above the test program that holds the solution.
let root =
    let rec up (folder: DirectoryInfo | null) =
        match folder with
        | null -> invalidOp "the tests must run from below the repository's root"
        | folder when File.Exists(Path.Combine(folder.FullName, "UniRep.FSharp.sln")) ->
            folder.FullName
        | folder -> up folder.Parent

    up (DirectoryInfo AppContext.BaseDirectory)

/// Golden values and weights that are not part of the repository.
let private shared =
    match Environment.GetEnvironmentVariable "UNIREP_TEST_DATA" with
    | null
    | "" -> Path.GetFullPath(Path.Combine(root, "..", "shared", "data"))
    | folder -> folder

/// The full path of a file or folder below the test-data folder; the test is skipped where it is absent.
let sharedPath (relative: string) =
    let path = Path.Combine(shared, relative)

    if not (File.Exists path || Directory.Exists path) then
        skiptest $"{relative} is not below the test-data folder (set UNIREP_TEST_DATA)"

    path

/// The full path of a file of the repository.
let repositoryPath (relative: string) = Path.Combine(root, relative)
