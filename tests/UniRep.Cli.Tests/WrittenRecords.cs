using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace UniRep.Cli.Tests;

/// <summary>A record of an output file: its id, and its arrays by name, the states after its residues as `states`.</summary>
internal sealed record WrittenRecord(string Id, int? Length, Dictionary<string, float[]> Arrays);

/// <summary>Reads output files of every kind by their specification alone, without the code that wrote them.</summary>
internal static partial class WrittenRecords
{
    public static List<WrittenRecord> Read(TemporaryFolder folder, string name) =>
        Path.GetExtension(name) switch
        {
            ".npy" => OfNpy(folder, name),
            ".npz" => OfNpz(folder.Read(name)),
            ".safetensors" => OfSafetensors(folder.Read(name)),
            ".jsonl" => [.. Lines(folder.ReadText(name)).Select(OfJson)],
            ".tsv" => OfTable(folder.ReadText(name), '\t'),
            _ => OfTable(folder.ReadText(name), ','),
        };

    private static string[] Lines(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        return text[..^1].Split('\n');
    }

    /// <summary>One array of a row each, called by no name; the ids lie beside it.</summary>
    private static List<WrittenRecord> OfNpy(TemporaryFolder folder, string name)
    {
        var (shape, bytes) = Npy(folder.Read(name), "<f4");
        var ids = Lines(folder.ReadText($"{name}.ids.txt"));
        return Rows(ids, null, [("", shape, Floats(bytes))]);
    }

    private static List<WrittenRecord> OfNpz(byte[] file)
    {
        using var zip = new ZipArchive(new MemoryStream(file));
        var entries = zip.Entries.ToDictionary(entry => entry.FullName[..^4], Bytes);
        var lengths = Integers(Npy(entries["lengths"], "<i4").Bytes);
        var ids = Texts(entries["ids"]);
        var vectors = entries.Keys.Except(["ids", "lengths", "meta"]).ToArray();
        return vectors.Contains("0")
            ? States(ids, lengths, name => Npy(entries[name], "<f4"))
            : Rows(
                ids,
                lengths,
                [
                    .. vectors.Select(name =>
                    {
                        var (shape, bytes) = Npy(entries[name], "<f4");
                        return (name, shape, Floats(bytes));
                    }),
                ]
            );

        static byte[] Bytes(ZipArchiveEntry entry)
        {
            using var stream = entry.Open();
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            return copy.ToArray();
        }

        static string[] Texts(byte[] npy)
        {
            var (shape, bytes) = Npy(npy, "<U");
            return
            [
                .. bytes
                    .Chunk(bytes.Length / shape[0])
                    .Select(text => Encoding.UTF32.GetString(text).TrimEnd('\0')),
            ];
        }
    }

    private static List<WrittenRecord> OfSafetensors(byte[] file)
    {
        var start = 8 + (int)BitConverter.ToInt64(file);
        var header = JsonDocument.Parse(file.AsMemory(8, start - 8)).RootElement;
        var ids = JsonDocument
            .Parse(header.GetProperty("__metadata__").GetProperty("ids").GetString()!)
            .RootElement.EnumerateArray()
            .Select(id => id.GetString()!)
            .ToArray();
        var lengths = Integers(Entry("lengths", "I32").Bytes);
        var vectors = header
            .EnumerateObject()
            .Select(entry => entry.Name)
            .Except(["__metadata__", "lengths"])
            .ToArray();
        return vectors.Contains("0")
            ? States(ids, lengths, name => Entry(name, "F32"))
            : Rows(
                ids,
                lengths,
                [
                    .. vectors.Select(name =>
                    {
                        var (shape, bytes) = Entry(name, "F32");
                        return (name, shape, Floats(bytes));
                    }),
                ]
            );

        (int[] Shape, byte[] Bytes) Entry(string name, string type)
        {
            var entry = header.GetProperty(name);
            Assert.Equal(type, entry.GetProperty("dtype").GetString());
            var at = entry.GetProperty("data_offsets");
            return (
                [.. entry.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())],
                file[(start + at[0].GetInt32())..(start + at[1].GetInt32())]
            );
        }
    }

    private static WrittenRecord OfJson(string line)
    {
        var root = JsonDocument.Parse(line).RootElement;
        var arrays = root.EnumerateObject()
            .Where(member => member.Value.ValueKind == JsonValueKind.Array)
            .ToDictionary(member => member.Name, member => Numbers(member.Value).ToArray());
        return new(
            root.GetProperty("id").GetString()!,
            root.GetProperty("length").GetInt32(),
            arrays
        );

        static IEnumerable<float> Numbers(JsonElement value) =>
            value.ValueKind == JsonValueKind.Array
                ? value.EnumerateArray().SelectMany(Numbers)
                : [value.GetSingle()];
    }

    private static List<WrittenRecord> OfTable(string text, char separator)
    {
        var rows = Lines(text).Select(line => line.Split(separator)).ToArray();
        var names = rows[0].Skip(2).Select(column => column[..column.IndexOf('_')]).ToArray();
        return
        [
            .. rows.Skip(1)
                .Select(row =>
                {
                    Assert.Equal(rows[0].Length, row.Length);
                    return new WrittenRecord(
                        row[0],
                        int.Parse(row[1], CultureInfo.InvariantCulture),
                        row.Skip(2)
                            .Select(cell => float.Parse(cell, CultureInfo.InvariantCulture))
                            .Zip(names)
                            .GroupBy(pair => pair.Second, pair => pair.First)
                            .ToDictionary(group => group.Key, group => group.ToArray())
                    );
                }),
        ];
    }

    private static List<WrittenRecord> Rows(
        string[] ids,
        int[]? lengths,
        (string Name, int[] Shape, float[] Numbers)[] arrays
    )
    {
        Assert.All(arrays, array => Assert.Equal(ids.Length, array.Shape[0]));
        return
        [
            .. ids.Select(
                (id, at) =>
                    new WrittenRecord(
                        id,
                        lengths?[at],
                        arrays.ToDictionary(
                            array => array.Name,
                            array => array.Numbers.Chunk(array.Shape[1]).ElementAt(at)
                        )
                    )
            ),
        ];
    }

    /// <summary>The layout for states: an array per record, called by its number.</summary>
    private static List<WrittenRecord> States(
        string[] ids,
        int[] lengths,
        Func<string, (int[] Shape, byte[] Bytes)> entry
    ) =>
        [
            .. ids.Select(
                (id, at) =>
                {
                    var (shape, bytes) = entry($"{at}");
                    Assert.Equal(lengths[at], shape[0]);
                    return new WrittenRecord(id, lengths[at], new() { ["states"] = Floats(bytes) });
                }
            ),
        ];

    private static float[] Floats(byte[] bytes) => MemoryMarshal.Cast<byte, float>(bytes).ToArray();

    private static int[] Integers(byte[] bytes) => MemoryMarshal.Cast<byte, int>(bytes).ToArray();

    /// <summary>An array of the format's version 1, in C order.</summary>
    private static (int[] Shape, byte[] Bytes) Npy(byte[] file, string type)
    {
        Assert.Equal([0x93, .. "NUMPY"u8, 1, 0], file[..8]);
        var start = 10 + BitConverter.ToUInt16(file, 8);
        var header = Encoding.ASCII.GetString(file, 10, start - 10);
        Assert.StartsWith($"{{'descr': '{type}", header, StringComparison.Ordinal);
        Assert.Contains("'fortran_order': False", header, StringComparison.Ordinal);
        var shape = Shape().Match(header).Groups[1].Value;
        return (
            [
                .. shape
                    .Split(',', StringSplitOptions.RemoveEmptyEntries)
                    .Select(size => int.Parse(size, CultureInfo.InvariantCulture)),
            ],
            file[start..]
        );
    }

    [GeneratedRegex(@"'shape': \(([0-9, ]*)\)")]
    private static partial Regex Shape();
}
