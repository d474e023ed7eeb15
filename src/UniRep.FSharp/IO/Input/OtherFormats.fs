namespace UniRep.IO

open System.Text.RegularExpressions
open UniRep

/// Recognises lines of formats that are not read, so that messages can name them.
[<RequireQualifiedAccess>]
module internal OtherFormats =
    let private pattern text =
        Regex(text, RegexOptions.CultureInvariant)

    let private firstLines =
        [
            "a CLUSTAL alignment", pattern @"^(CLUSTAL|MUSCLE \(|PROBCONS)"
            "a GenBank file", pattern "^LOCUS {3}"
            "an EMBL or UniProt text file", pattern "^ID {3}"
            "a PDB file",
            pattern "^(HEADER {4}|TITLE {5}|REMARK {3}|SEQRES {2}|CRYST1|MODEL {5}|ATOM {2})"
            "an mmCIF file", pattern "^data_"
            "a NEXUS file", pattern "^#NEXUS"
            "a PHYLIP alignment", pattern @"^ *[0-9]+[ \t]+[0-9]+ *$"
            "a GCG or MSF file", pattern "^(!![AN]A_|PileUp)"
            "a FASTQ file", pattern "^@"
            "HTML or XML", pattern "^ *<"
            "JSON", pattern @"^ *[{\[]"
        ]

    let private pirHeader = pattern "^>(P1|F1|DL|DC|RL|RC|N1|N3);"

    let private superHeader = pattern @"^#(A3M#|[0-9]+(,[0-9]+)*\t[0-9]+(,[0-9]+)*\s*$)"

    /// The format that the first line of a file shows.
    let ofFirstLine (line: string) =
        firstLines
        |> List.tryFind (fun (_, pattern) -> pattern.IsMatch line)
        |> Option.map fst

    /// The format that a header shows: in PIR files a title comes next, which would be read as residues.
    let ofHeader (line: string) =
        if pirHeader.IsMatch line then Some "a PIR file" else None

    /// Whether ColabFold or MMseqs2 wrote a line above the records of an alignment: `#A3M#`, or lengths and numbers.
    let isSuperHeader (line: string) =
        line.StartsWith '#' && superHeader.IsMatch line
