namespace UniRep

open System
open System.Buffers.Binary
open System.Text

/// Why the versions that a shared library asks for cannot be changed.
[<RequireQualifiedAccess>]
type internal ElfError =
    /// The file is not a little-endian ELF file of 64 bits.
    | NotElf
    /// The file ends before a table that it names, or names a place outside of itself.
    | Truncated of offset: int64
    /// The file has no table of this kind.
    | NoTable of name: string
    /// The file does not ask for the version.
    | NotNeeded of version: string
    /// The version is asked for by a symbol that the program cannot do without.
    | UsedBy of symbol: string

    member this.Message =
        match this with
        | NotElf -> "it is not a 64-bit ELF file"
        | Truncated offset -> $"it is cut off: there is nothing at byte {offset}"
        | NoTable name -> $"it has no table {name}"
        | NotNeeded version -> $"it does not ask for {version}"
        | UsedBy symbol -> $"it uses {symbol}"

/// The versions of symbols that a shared library of Linux asks for (ELF gABI; Drepper, ELF Symbol Versioning).
[<RequireQualifiedAccess>]
module internal ElfSymbols =
    // SHT_DYNSYM, SHT_GNU_verneed, SHT_GNU_versym
    let private dynamicSymbols = 11
    let private needs = 0x6ffffffe
    let private versions = 0x6fffffff

    exception private Refused of ElfError

    [<Struct>]
    type private Section =
        {
            Kind: int
            Offset: int64
            Size: int64
            Link: int64
        }

    [<Sealed>]
    type private Image(bytes: byte[]) =
        /// Checks that so many bytes are there, and gives their place.
        let at (offset: int64) size =
            if offset < 0L || offset > int64 bytes.Length - int64 size then
                raise (Refused(ElfError.Truncated offset))

            int offset

        member _.Byte offset = bytes[at offset 1]

        member _.U16 offset =
            int (BinaryPrimitives.ReadUInt16LittleEndian(ReadOnlySpan(bytes, at offset 2, 2)))

        member _.U32 offset =
            int64 (BinaryPrimitives.ReadUInt32LittleEndian(ReadOnlySpan(bytes, at offset 4, 4)))

        member _.I64 offset =
            BinaryPrimitives.ReadInt64LittleEndian(ReadOnlySpan(bytes, at offset 8, 8))

        member _.Set offset (value: byte) = bytes[at offset 1] <- value

        member _.Text offset =
            let start = at offset 1
            let finish = Array.IndexOf(bytes, 0uy, start)

            if finish < 0 then
                raise (Refused(ElfError.Truncated(int64 bytes.Length)))

            Encoding.ASCII.GetString(bytes, start, finish - start)

    let private sections (image: Image) =
        let start, size, count = image.I64 0x28L, image.U16 0x3aL, image.U16 0x3cL

        [|
            for index in 0 .. count - 1 do
                let at = start + int64 (index * size)
                // A header has 64 bytes, of which the last are not read below.
                image.Byte(at + 63L) |> ignore

                {
                    Kind = int (image.U32(at + 4L))
                    Offset = image.I64(at + 24L)
                    Size = image.I64(at + 32L)
                    Link = image.U32(at + 40L)
                }
        |]

    /// The entries of a list whose members say how far the next one is; 0 ends it.
    let private chain (image: Image) next first =
        first
        |> List.unfold (fun at ->
            if at < 0L then
                None
            else
                let distance = image.U32(at + next)
                Some(at, (if distance = 0L then -1L else at + distance)))

    let private change (version: string) (allowed: string list) (image: Image) =
        let sections = sections image

        let table kind name =
            match sections |> Array.tryFind (fun section -> section.Kind = kind) with
            | Some section -> section
            | None -> raise (Refused(ElfError.NoTable name))

        let symbols = table dynamicSymbols "of dynamic symbols"
        let needs = table needs "of needed versions"
        let versions = table versions "of the symbols' versions"

        let textOf (section: Section) offset =
            if section.Link >= int64 sections.Length then
                raise (Refused(ElfError.Truncated section.Offset))

            image.Text(sections[int section.Link].Offset + offset)

        let needed =
            [
                for file in chain image 12L needs.Offset do
                    for entry in chain image 12L (file + image.U32(file + 8L)) do
                        if textOf needs (image.U32(entry + 8L)) = version then
                            entry
            ]

        let indices = needed |> List.map (fun entry -> image.U16(entry + 6L))

        let users =
            [
                for index in 0L .. versions.Size / 2L - 1L do
                    if List.contains (image.U16(versions.Offset + 2L * index)) indices then
                        let symbol = symbols.Offset + 24L * index
                        symbol, textOf symbols (image.U32 symbol)
            ]

        if needed.IsEmpty then
            raise (Refused(ElfError.NotNeeded version))

        for _, name in users do
            if not (List.contains name allowed) then
                raise (Refused(ElfError.UsedBy name))

        for entry in needed do
            // VER_FLG_WEAK
            image.Set (entry + 4L) (image.Byte(entry + 4L) ||| 2uy)

        for symbol, _ in users do
            // STB_WEAK in the upper half of st_info
            image.Set (symbol + 4L) ((image.Byte(symbol + 4L) &&& 0x0fuy) ||| 0x20uy)

    /// Gives a copy of a shared library that loads where `version` of another library is missing: the version, and the
    /// symbols that ask for it, become weak. Refused unless every one of those symbols is among the allowed ones.
    let weaken version allowed (file: byte[]) =
        let copy = Array.copy file
        let image = Image copy

        try
            if copy.Length < 64 || image.U32 0L <> 0x464c457fL || image.U16 4L <> 0x0102 then
                Error ElfError.NotElf
            else
                change version allowed image
                Ok copy
        with Refused error ->
            Error error
