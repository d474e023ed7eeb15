namespace UniRep.IO

open System
open System.IO
open System.Text
open UniRep

/// Ends the reading of a file; caught where records are made.
exception internal InputRefused of InputError

/// Finds the text in the bytes of an input.
[<RequireQualifiedAccess>]
module internal InputText =
    let private gzip = [| 0x1Fuy; 0x8Buy |]

    /// The first bytes of files that are not text.
    let private signatures =
        [
            "gzip within gzip", gzip
            "a zip file or a spreadsheet", "PK\003\004"B
            "a bzip2 file", "BZh"B
            "an xz file", [| 0xFDuy; byte '7'; byte 'z'; byte 'X'; byte 'Z' |]
            "a zstd file", [| 0x28uy; 0xB5uy; 0x2Fuy; 0xFDuy |]
            "a PDF", "%PDF"B
            "an HDF5 file", [| 0x89uy; byte 'H'; byte 'D'; byte 'F' |]
            "a NumPy file", [| 0x93uy; byte 'N'; byte 'U'; byte 'M' |]
        ]

    let private longestSignature = 5

    /// Runs an action that reads the input, and turns its exceptions into errors that end the reading.
    let guard file action =
        let refuse error : 'a = raise (InputRefused error)

        try
            action ()
        with
        | :? InvalidDataException as error -> refuse (InputError.BadGzip(file, error.Message))
        | :? IOException as error -> refuse (InputError.CannotRead(file, error.Message))
        | :? UnauthorizedAccessException as error ->
            refuse (InputError.CannotRead(file, error.Message))

    /// UTF-16 becomes UTF-8; other bytes stay as they are.
    let private decoded (stream: PeekedStream) : Stream =
        let transcoded encoding =
            Encoding.CreateTranscodingStream(stream, encoding, UTF8Encoding false, true)

        if stream.BeginsWith [| 0xFFuy; 0xFEuy |] then
            transcoded Encoding.Unicode
        elif stream.BeginsWith [| 0xFEuy; 0xFFuy |] then
            transcoded Encoding.BigEndianUnicode
        else
            stream

    /// The text of an input that may be compressed; it must be if the name says so.
    let openText file isGzip (stream: Stream) =
        guard file (fun () ->
            let peeked = new PeekedStream(stream, longestSignature)

            let text =
                if isGzip || peeked.BeginsWith gzip then
                    new PeekedStream(new GzipFile(peeked), longestSignature)
                else
                    peeked

            for kind, signature in signatures do
                if text.BeginsWith signature then
                    raise (InputRefused(InputError.OtherFormat(file, kind)))

            decoded text)
