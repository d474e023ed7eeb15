/// Small shared libraries that ask for versions of symbols, as files.
module UniRep.Tests.ElfExample

open System
open System.IO
open System.Text

/// The index that the version has among those of the library.
let private needed = 3us

/// Writes a 64-bit ELF file with a table of dynamic symbols, each with the index of a version, and a table of needed
/// versions with one entry: index 3 stands for `version`.
let sharedObject (version: string) (symbols: (string * uint16) list) =
    let names = "" :: "libstdc++.so.6" :: version :: List.map fst symbols
    let strings = String.Join('\000', names) + "\000" |> Encoding.ASCII.GetBytes

    let offsetOf (name: string) =
        let before = names |> List.takeWhile ((<>) name)
        uint32 (before |> List.sumBy (fun text -> text.Length + 1))

    use file = new MemoryStream()
    use writer = new BinaryWriter(file)
    let start = 64
    let symbolsAt = start + strings.Length
    let needsAt = symbolsAt + 24 * symbols.Length
    let versionsAt = needsAt + 32
    let sectionsAt = versionsAt + 2 * symbols.Length

    // The header: 64 bits, little-endian, an x86-64 library, 4 section headers of 64 bytes.
    writer.Write [| 0x7fuy; 0x45uy; 0x4cuy; 0x46uy; 2uy; 1uy; 1uy; 0uy |]
    writer.Write(Array.zeroCreate<byte> 8)
    writer.Write 3us
    writer.Write 62us
    writer.Write 1u
    writer.Write(Array.zeroCreate<byte> 16)
    writer.Write(int64 sectionsAt)
    writer.Write 0u
    writer.Write 64us
    writer.Write(Array.zeroCreate<byte> 4)
    writer.Write 64us
    writer.Write 4us
    writer.Write 0us
    writer.Write strings

    for name, _ in symbols do
        writer.Write(offsetOf name)
        writer.Write 0x12uy // a global function
        writer.Write(Array.zeroCreate<byte> 19)

    // One needed file, one version of it.
    writer.Write 1us
    writer.Write 1us
    writer.Write(offsetOf "libstdc++.so.6")
    writer.Write 16u
    writer.Write 0u
    writer.Write 0x0297f862u
    writer.Write 0us
    writer.Write needed
    writer.Write(offsetOf version)
    writer.Write 0u

    for _, index in symbols do
        writer.Write index

    let section (kind: uint32) (at: int) (size: int) (link: uint32) =
        writer.Write 0u
        writer.Write kind
        writer.Write(Array.zeroCreate<byte> 16)
        writer.Write(int64 at)
        writer.Write(int64 size)
        writer.Write link
        writer.Write(Array.zeroCreate<byte> 20)

    section 3u start strings.Length 0u
    section 11u symbolsAt (24 * symbols.Length) 0u
    section 0x6ffffffeu needsAt 32 0u
    section 0x6fffffffu versionsAt (2 * symbols.Length) 1u
    file.ToArray()

/// Where the flags of the needed version are in such a file.
let flagsOf (symbols: (string * uint16) list) (version: string) =
    let strings =
        1
        + ("libstdc++.so.6".Length + 1)
        + (version.Length + 1)
        + (symbols |> List.sumBy (fun (name, _) -> name.Length + 1))

    64 + strings + 24 * symbols.Length + 16 + 4
